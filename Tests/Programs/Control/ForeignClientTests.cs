using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;

namespace VRouter.Tests.Programs.Control;

/// <summary>A client that is not ours, over each kind of transport: the cases of gRPC's interoperability list (Python/client.py).</summary>
[TestFixture("unix")]
[TestFixture("tls")]
internal sealed class ForeignClientTests(string transport)
{
    private static readonly string[] s_cases = [.. File.ReadLines(Repository.PathOf("Tests/Programs/Control/Python/client.py"))
        .SkipWhile(line => !line.StartsWith("    def prepare", StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(line => !line.StartsWith("class", StringComparison.Ordinal))
        .Where(line => line.StartsWith("    def ", StringComparison.Ordinal))
        .Select(line => line["    def ".Length..line.IndexOf('(', StringComparison.Ordinal)])];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vrouter-interop-");
    private string _output = "";

    [OneTimeSetUp]
    public async Task RunTheClient()
    {
        Python.Require();
        using TestAuthority authority = new();
        (string certificate, string key) = authority.SignServer();
        using DataPlane dataPlane = new(new DataPlaneOptions { OpenPorts = false });
        string address = transport == "unix" ? $"unix://{_folder.FullName}/vrouter.sock" : "https://127.0.0.1:0";
        await using ControlServer server = await ControlServer.StartAsync(dataPlane, new ControlServerOptions
        {
            Listen = [ControlAddress.Parse(address)],
            Tls = new TlsFiles(certificate, key, authority.RootFile),
        });

        (string clientCertificate, string clientKey) = authority.SignClient("python");
        string[] target = transport == "unix"
            ? [server.Addresses[0]]
            : [server.Addresses[0]["https://".Length..], authority.RootFile, clientCertificate, clientKey];
        string contract = Python.WriteContract();
        _output = await Python.RunAsync([], "client", [contract, .. target]);
        File.Delete(contract);
    }

    [OneTimeTearDown]
    public void TearDown() => _folder.Delete(recursive: true);

    [TestCaseSource(nameof(s_cases))]
    public void Does(string name)
    {
        string? line = _output.Split('\n').FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        Assert.That(line ?? _output, Is.EqualTo(name + " ok"));
    }
}
