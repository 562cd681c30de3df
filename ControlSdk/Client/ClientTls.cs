using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VRouter.ControlSdk;

/// <summary>Mutual TLS, the client's side.</summary>
internal static class ClientTls
{
    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">One is missing, or holds something else.</exception>
    public static SslClientAuthenticationOptions Read(ClientTlsFiles files)
    {
        try
        {
            X509Certificate2Collection authorities = [];
            authorities.ImportFromPemFile(files.ServerCa);
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);

            return new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificates = [X509Certificate2.CreateFromPemFile(files.Certificate, files.Key)],
                CertificateChainPolicy = policy,
            };
        }
        catch (CryptographicException e)
        {
            throw new IOException($"{files.Certificate}, {files.Key}, {files.ServerCa}: {e.Message}", e);
        }
    }
}
