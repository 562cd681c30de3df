using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace VRouter.ControlSdk.Server;

/// <summary>Mutual TLS: no client without a certificate of the client CA gets as far as a call.</summary>
internal static class ServerTls
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";      // RFC 5280 section 4.2.1.12

    /// <summary>Reads the files.</summary>
    /// <exception cref="IOException">One is missing, or holds something else.</exception>
    public static HttpsConnectionAdapterOptions Read(TlsFiles files)
    {
        try
        {
            X509Certificate2Collection authorities = [];
            authorities.ImportFromPemFile(files.ClientCa);
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(files.Certificate);

            if (authorities.Count == 0)
            {
                throw new IOException($"{files.ClientCa}: holds no certificate");
            }

            return new HttpsConnectionAdapterOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key),
                ServerCertificateChain = chain,
                SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (certificate, _, errors) => IsTrusted(certificate, authorities, errors),
            };
        }
        catch (CryptographicException e)
        {
            throw new IOException($"{files.Certificate}, {files.Key}, {files.ClientCa}: {e.Message}", e);
        }
    }

    private static bool IsTrusted(X509Certificate2 certificate, X509Certificate2Collection authorities, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }
}
