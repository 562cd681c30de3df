using Grpc.Net.Client;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.Tests.Programs.Agent;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Cli;

/// <summary>A `vrouter run` on a Unix socket for all tests of a fixture, its state set anew before each.</summary>
internal abstract class CliFixture
{
    private DirectoryInfo _folder = null!;
    private RunningProgram _vrouter = null!;

    /// <summary>Where it listens.</summary>
    protected string Address => $"unix://{PathOf("vrouter.sock")}";

    /// <summary>What a test begins with.</summary>
    protected abstract V1.Config State { get; }

    [OneTimeSetUp]
    public void StartVRouter()
    {
        _folder = Directory.CreateTempSubdirectory("vrouter-cli-");
        _vrouter = new RunningProgram("run", "--listen", Address);
        _vrouter.AssertSays("Ready", seconds: 30);
    }

    [OneTimeTearDown]
    public void StopVRouter()
    {
        _vrouter?.Dispose();
        _folder?.Delete(recursive: true);
    }

    [SetUp]
    public async Task SetStateAsync()
    {
        using GrpcChannel channel = ControlChannel.Open(Address);
        using var call = new V1.Control.ControlClient(channel).Sync();
        await call.RequestStream.WriteAsync(new V1.SyncRequest { State = State });
        await call.RequestStream.CompleteAsync();
        await call;
    }

    /// <summary>Runs `vrouterctl` with a command line of words between spaces.</summary>
    protected Task<Answer> RunAsync(string commandLine) => Vrouterctl.RunAsync(Address, "", commandLine.Split(' '));

    /// <summary>Runs it with something on its standard input.</summary>
    protected Task<Answer> RunAsync(string commandLine, string input) => Vrouterctl.RunAsync(Address, input, commandLine.Split(' '));

    /// <summary>A path in a folder of the fixture's own.</summary>
    protected string PathOf(string name) => Path.Combine(_folder.FullName, name);

    protected string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }
}
