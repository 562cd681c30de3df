using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VRouter.Tests.Programs.Control;

/// <summary>A certification authority of its own, and what it signs, in PEM files.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo _folder;
    private readonly X509Certificate2 _root;
    private int _serial;

    public TestAuthority(string name = "test")
    {
        _folder = Directory.CreateTempSubdirectory($"vrouter-{name}-ca-");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name} CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(RootFile, _root.ExportCertificatePem());
    }

    public string RootFile => PathOf("root.pem");

    /// <summary>A certificate for 127.0.0.1 and localhost.</summary>
    public (string Certificate, string Key) SignServer() => Sign("server", ServerAuthentication, days: 10);

    /// <summary>A certificate that is good from so many days from now on for so many from now on.</summary>
    public (string Certificate, string Key) SignClient(string name, int days = 10, int since = -20) => Sign(name, ClientAuthentication, days, since);

    /// <summary>A certificate that nobody but its holder vouches for.</summary>
    public (string Certificate, string Key) SelfSignClient(string name) => Sign(name, ClientAuthentication, days: 10, isOwn: true);

    public void Dispose()
    {
        _root.Dispose();
        _folder.Delete(recursive: true);
    }

    private (string Certificate, string Key) Sign(string name, string purpose, int days, int since = -20, bool isOwn = false)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));

        if (purpose == ServerAuthentication)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(since), until = DateTimeOffset.UtcNow.AddDays(days);
        byte[] serial = [1, (byte)++_serial];
        using X509Certificate2 certificate = isOwn ? request.CreateSelfSigned(from, until) : request.Create(_root, from, until, serial);
        (string Certificate, string Key) files = (PathOf($"{_serial}.pem"), PathOf($"{_serial}.key"));
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
