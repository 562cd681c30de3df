using System.Net.Sockets;
using NUnit.Framework;
using VRouter.ControlSdk.Server;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>The Unix socket of a control server.</summary>
internal sealed class UnixSocketTests
{
    private ServedDataPlane _served = null!;

    [SetUp]
    public async Task Serve() => _served = await ServedDataPlane.StartAsync();

    [TearDown]
    public async Task TearDown() => await _served.DisposeAsync();

    [Test]
    public void IsForItsOwnerAndOneGroup() => Assert.That(File.GetUnixFileMode(_served.Socket), Is.EqualTo(
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite));

    [Test]
    public async Task IsGoneWithTheServer()
    {
        await _served.Server.DisposeAsync();
        Assert.That(File.Exists(_served.Socket), Is.False);
    }

    [Test]
    public async Task IsNotTakenFromAServerThatListens()
    {
        await Assert.ThatAsync(ServeAgainAsync, Throws.InstanceOf<IOException>().With.Message.Contain("another process listens there"));
        await _served.Control.ApplyAsync(new V1.ApplyRequest());
    }

    [Test]
    public async Task IsTakenFromAServerThatWasKilled()
    {
        await _served.Server.DisposeAsync();

        // What a killed process leaves: a file that nobody listens at.
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_served.Socket + ".old"));
        File.Move(_served.Socket + ".old", _served.Socket);
        socket.Dispose();
        Assert.That(File.Exists(_served.Socket), Is.True);

        await using ControlServer server = await ServeAgainAsync();
        await _served.Control.ApplyAsync(new V1.ApplyRequest());
    }

    [Test]
    public async Task IsNoPlaceWhereAFileIs()
    {
        await _served.Server.DisposeAsync();
        await File.WriteAllTextAsync(_served.Socket, "precious");

        await Assert.ThatAsync(ServeAgainAsync, Throws.InstanceOf<IOException>().With.Message.Contain("is not a socket"));
        Assert.That(await File.ReadAllTextAsync(_served.Socket), Is.EqualTo("precious"));
    }

    [Test]
    public async Task BelongsToTheGroupThatItIsFor()
    {
        Python.Require();

        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("needs root: gives a file to a group, and becomes another user");
        }

        // Where others may look.
        File.SetUnixFileMode(Path.GetDirectoryName(_served.Socket)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        string address = $"{_served.Address}.group";
        await using ControlServer server = await ControlServer.StartAsync(
            _served.DataPlane, new ControlServerOptions { Listen = [ControlAddress.Parse($"{address}?read=daemon")] });

        // Its members may read, and no more; the file keeps others out.
        Assert.That(await AskAsync("daemon", address, "grpc.health.v1.Health/Check"), Does.StartWith("StatusCode.OK"));
        Assert.That(await AskAsync("daemon", address, "vrouter.v1.Control/Apply"), Does.StartWith("StatusCode.PERMISSION_DENIED"));
        Assert.That(await AskAsync("nogroup", address, "grpc.health.v1.Health/Check"), Does.StartWith("StatusCode.UNAVAILABLE"));
    }

    private Task<ControlServer> ServeAgainAsync() =>
        ControlServer.StartAsync(_served.DataPlane, new ControlServerOptions { Listen = [ControlAddress.Parse(_served.Address)] });

    /// <summary>Asks as a user of no importance, with a supplementary group.</summary>
    private static Task<string> AskAsync(string group, string address, string method) =>
        Python.RunAsync(["setpriv", "--reuid=nobody", "--regid=nogroup", $"--groups={group}"], "ask", address, method);
}
