using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Control;

/// <summary>A control server on TCP.</summary>
internal sealed class MutualTlsTests
{
    private TestAuthority _authority = null!;
    private DataPlane _dataPlane = null!;
    private ControlServer _server = null!;

    [SetUp]
    public async Task Serve()
    {
        _authority = new TestAuthority();
        _dataPlane = new DataPlane(new DataPlaneOptions { OpenPorts = false });
        _server = await ListenAsync("https://127.0.0.1:0?write=controller&read=monitor&capture=tap");
    }

    [TearDown]
    public async Task TearDown()
    {
        await _server.DisposeAsync();
        _dataPlane.Dispose();
        _authority.Dispose();
    }

    [TestCase("controller", StatusCode.OK, StatusCode.OK)]
    [TestCase("monitor", StatusCode.OK, StatusCode.PermissionDenied)]
    [TestCase("tap", StatusCode.OK, StatusCode.PermissionDenied)]
    [TestCase("stranger", StatusCode.PermissionDenied, StatusCode.PermissionDenied)]
    public async Task GivesRolesByTheNamesInCertificates(string name, StatusCode reads, StatusCode writes)
    {
        using GrpcChannel channel = Connect(_authority.SignClient(name));

        Assert.That(await StatusOfReadAsync(channel), Is.EqualTo(reads));
        Assert.That(await StatusOfWriteAsync(channel), Is.EqualTo(writes));
    }

    [Test]
    public async Task LetsNobodyFloodItsLogWithWhatItDenies()
    {
        using GrpcChannel channel = Connect(_authority.SignClient("monitor"));
        long started = Stopwatch.GetTimestamp();

        for (int n = 0; n < 266; n++)
        {
            Assert.That(await StatusOfWriteAsync(channel), Is.EqualTo(StatusCode.PermissionDenied));
        }

        Assert.That(Stopwatch.GetElapsedTime(started).TotalSeconds, Is.GreaterThan(0.9), "256 at once, then 10 a second");
    }

    [Test]
    public async Task LetsEveryClientOfItsAuthorityWriteWhenNobodyWasNamed()
    {
        await using ControlServer open = await ListenAsync("https://127.0.0.1:0");
        using GrpcChannel channel = Connect(_authority.SignClient("anybody"), open);

        Assert.That(await StatusOfWriteAsync(channel), Is.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task LetsNobodyInWithACertificateOfAnotherAuthority()
    {
        using TestAuthority other = new("other");
        using GrpcChannel channel = Connect(other.SignClient("controller"));

        Assert.That(await StatusOfReadAsync(channel), Is.Not.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task LetsNobodyInWithACertificateThatIsOver()
    {
        using GrpcChannel channel = Connect(_authority.SignClient("controller", days: -1));

        Assert.That(await StatusOfReadAsync(channel), Is.Not.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task LetsNobodyInWithACertificateThatIsNotGoodYet()
    {
        using GrpcChannel channel = Connect(_authority.SignClient("controller", since: 5));

        Assert.That(await StatusOfReadAsync(channel), Is.Not.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task LetsNobodyInWithACertificateOfTheirOwn()
    {
        using GrpcChannel channel = Connect(_authority.SelfSignClient("controller"));

        Assert.That(await StatusOfReadAsync(channel), Is.Not.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task IsDeafToWhatIsNotTls()
    {
        using TcpClient plain = await DialAsync();
        await plain.GetStream().WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());

        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        byte[] answer = new byte[100];
        Assert.That(await ReadAsync(plain.GetStream(), answer, limit.Token), Is.LessThan(10), "an alert at most");
    }

    [Test]
    public async Task OutlivesHandshakesThatAreBrokenOff()
    {
        for (int n = 0; n < 50; n++)
        {
            using TcpClient broken = await DialAsync();
            await broken.GetStream().WriteAsync(Convert.FromHexString("160301020001").AsMemory(0, 1 + n % 6));
        }

        using GrpcChannel channel = Connect(_authority.SignClient("controller"));
        Assert.That(await StatusOfReadAsync(channel), Is.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task LetsNobodyInWithACertificateForServers()
    {
        using GrpcChannel channel = Connect(_authority.SignServer());

        Assert.That(await StatusOfReadAsync(channel), Is.Not.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task LetsNobodyInWithoutACertificate()
    {
        using HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using GrpcChannel channel = GrpcChannel.ForAddress(_server.Addresses[0], new GrpcChannelOptions { HttpHandler = handler });

        Assert.That(await StatusOfReadAsync(channel), Is.Not.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task IsNotTrustedByAClientOfAnotherAuthority()
    {
        using TestAuthority other = new("other");
        (string certificate, string key) = _authority.SignClient("controller");
        using GrpcChannel channel = ControlChannel.Open(
            _server.Addresses[0], new ControlChannelOptions { Tls = new ClientTlsFiles(certificate, key, other.RootFile), Attempts = 1 });

        Assert.That(await StatusOfReadAsync(channel), Is.Not.EqualTo(StatusCode.OK));
    }

    private async Task<TcpClient> DialAsync()
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_server.Addresses[0]).Port);
        return client;
    }

    private static async Task<int> ReadAsync(NetworkStream stream, byte[] bytes, CancellationToken stop)
    {
        try
        {
            return await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private Task<ControlServer> ListenAsync(string address)
    {
        (string certificate, string key) = _authority.SignServer();
        return ControlServer.StartAsync(_dataPlane, new ControlServerOptions
        {
            Listen = [ControlAddress.Parse(address)],
            Tls = new TlsFiles(certificate, key, _authority.RootFile),
        });
    }

    private GrpcChannel Connect((string Certificate, string Key) client, ControlServer? server = null) => ControlChannel.Open(
        (server ?? _server).Addresses[0],
        new ControlChannelOptions { Tls = new ClientTlsFiles(client.Certificate, client.Key, _authority.RootFile), Attempts = 1 });

    private static async Task<StatusCode> StatusOfReadAsync(GrpcChannel channel) =>
        await StatusOfAsync(new V1.Diagnostics.DiagnosticsClient(channel).GetCountersAsync(new V1.CountersRequest(), deadline: DateTime.UtcNow.AddSeconds(10)));

    private static async Task<StatusCode> StatusOfWriteAsync(GrpcChannel channel) =>
        await StatusOfAsync(new V1.Control.ControlClient(channel).ApplyAsync(new V1.ApplyRequest(), deadline: DateTime.UtcNow.AddSeconds(10)));

    private static async Task<StatusCode> StatusOfAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
