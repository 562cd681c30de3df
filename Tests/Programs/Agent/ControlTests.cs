using System.Runtime.InteropServices;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.Tests.Programs.Control;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Agent;

/// <summary>`vrouter run` with a control service and no configuration file.</summary>
internal sealed class ControlTests
{
    private DirectoryInfo _folder = null!;

    private string Address => $"unix://{_folder.FullName}/vrouter.sock";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("vrouter-run-");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task IsProgrammedByClients()
    {
        using RunningProgram run = new("run", "--listen", Address);
        run.AssertSays("Ready");
        Assert.That(run.Text, Does.Contain($"control at {Address}"));
        using GrpcChannel channel = ControlChannel.Open(Address);

        HealthCheckResponse health = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest());
        Assert.That(health.Status, Is.EqualTo(HealthCheckResponse.Types.ServingStatus.Serving));

        await new V1.Control.ControlClient(channel).ApplyAsync(new V1.ApplyRequest { Upsert = SampleState.Node() });
        run.AssertSays("Apply made generation");

        run.Send(PosixSignal.SIGTERM);
        run.AssertExits(0);
        Assert.That(_folder.GetFiles(), Is.Empty);
    }

    [Test]
    public async Task EndsStreamsWhenItIsStopped()
    {
        using RunningProgram run = new("run", "--listen", Address);
        run.AssertSays("Ready");
        using GrpcChannel channel = ControlChannel.Open(Address);
        using AsyncDuplexStreamingCall<V1.ApplyRequest, V1.ApplyResponse> call = new V1.Control.ControlClient(channel).ApplyStream();
        await call.RequestStream.WriteAsync(new V1.ApplyRequest());
        await call.ResponseStream.MoveNext();

        run.Send(PosixSignal.SIGTERM);

        RpcException ended = (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext()))!;
        Assert.That(ended.StatusCode, Is.EqualTo(StatusCode.Unavailable));
        run.AssertExits(0, seconds: 20);
    }

    [Test]
    public void DoesNotStartWhereAnotherListens()
    {
        using RunningProgram first = new("run", "--listen", Address);
        first.AssertSays("Ready");

        using RunningProgram second = new("run", "--listen", Address);

        second.AssertExits(1);
        Assert.That(second.Text, Does.Contain("another process listens there"));
    }

    [TestCase("http://127.0.0.1:6640", "takes mutual TLS")]
    [TestCase("https://127.0.0.1:6640", "--certificate, --key and --client-ca")]
    [TestCase("unix:relative.sock", "begins with /")]
    [TestCase("unix:///x.sock?write=a&read=b", "belongs to one group")]
    [TestCase("unix:///x.sock?admin=a", "is not read=NAME, capture=NAME or write=NAME")]
    [TestCase("tcp://127.0.0.1:6640", "is neither unix:///PATH nor https://HOST:PORT")]
    public async Task RefusesToListen(string address, string reason)
    {
        (int exitCode, _, string errors) = await VrouterProgram.RunAsync("run", "--listen", address);

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain(reason));
    }
}
