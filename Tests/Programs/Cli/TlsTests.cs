using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using VRouter.Tests.Programs.Agent;
using VRouter.Tests.Programs.Control;

namespace VRouter.Tests.Programs.Cli;

/// <summary>`vrouter run` with its doors on TCP, `vrouterctl` and a collector of metrics before them: certificates, or nothing.</summary>
internal sealed class TlsTests
{
    private TestAuthority _authority = null!;
    private RunningProgram _vrouter = null!;

    [OneTimeSetUp]
    public void StartVRouter()
    {
        _authority = new TestAuthority();
        (string certificate, string key) = _authority.SignServer();
        _vrouter = new RunningProgram(
            "run", "--listen", "https://127.0.0.1:0?read=monitor", "--metrics", "https://127.0.0.1:0", "--certificate", certificate, "--key", key, "--client-ca", _authority.RootFile);
        _vrouter.AssertSays("Ready", seconds: 30);
    }

    [OneTimeTearDown]
    public void StopVRouter()
    {
        _vrouter?.Dispose();
        _authority?.Dispose();
    }

    [Test]
    public async Task LetsVrouterctlReadWithACertificateForReaders()
    {
        string[] who = Options(_authority.SignClient("monitor"));

        Answer health = await RunAsync(["health", .. who]);
        Answer delete = await RunAsync(["vrf", "delete", "7", .. who]);

        Assert.That((health.ExitCode, health.Output), Is.EqualTo((0, "serving\n")), health.Errors);
        Assert.That((delete.ExitCode, delete.ErrorLines.Length), Is.EqualTo((1, 1)));
        Assert.That(delete.Errors, Does.Contain("takes the role Write, yours is Read"));
    }

    [Test]
    public async Task LetsNobodyInWithoutACertificateOfItsAuthority()
    {
        using var others = new TestAuthority("other");
        (string certificate, string key) = others.SignClient("monitor");

        Answer stranger = await RunAsync("health", "--certificate", certificate, "--key", key, "--server-ca", _authority.RootFile);
        Answer none = await RunAsync("health");

        Assert.That((stranger.ExitCode, stranger.ErrorLines.Length), Is.EqualTo((1, 1)));
        Assert.That(none.ExitCode, Is.EqualTo(1));
        Assert.That(none.Errors, Does.Match("^vrouterctl: no vRouter answers at https://.* as it should: .*certificate.*\n$"));
    }

    [Test]
    public async Task GivesMetricsToWhoHasACertificate()
    {
        (string certificate, string key) = _authority.SignClient("prometheus");
        using X509Certificate2 own = X509Certificate2.CreateFromPemFile(certificate, key);
        using X509Certificate2 root = X509CertificateLoader.LoadCertificateFromFile(_authority.RootFile);
        using HttpClient collector = Collector(root, own);
        using HttpClient stranger = Collector(root);

        Assert.That(await collector.GetStringAsync(AddressBehind("metrics at ")), Does.Contain("vrouter_build_info"));
        Assert.That(() => stranger.GetStringAsync(AddressBehind("metrics at ")), Throws.InstanceOf<HttpRequestException>());
    }

    private static HttpClient Collector(X509Certificate2 root, params X509Certificate2[] own)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [.. own];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { root },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        return new HttpClient(handler);
    }

    private string[] Options((string Certificate, string Key) files) => ["--certificate", files.Certificate, "--key", files.Key, "--server-ca", _authority.RootFile];

    private Task<Answer> RunAsync(params string[] arguments) => Vrouterctl.RunAsync(AddressBehind("control at "), "", arguments);

    // "control at https://127.0.0.1:40001, metrics at https://127.0.0.1:40002/metrics, no interfaces"
    private string AddressBehind(string words) => _vrouter.Text.Split(words)[1].Split(',', '?')[0];
}
