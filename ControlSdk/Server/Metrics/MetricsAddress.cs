using System.Net;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// Where metrics are served: <c>http://127.0.0.1:9095</c> or another address of this machine's loopback, because whoever reaches it may read;
/// elsewhere <c>https://HOST:PORT</c>, with the same mutual TLS as the control service.
/// </summary>
public sealed record MetricsAddress
{
    private MetricsAddress(IPEndPoint endPoint, bool isTls) => (EndPoint, IsTls) = (endPoint, isTls);

    /// <summary>The address and port; port 0 leaves it to the system.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Whether clients need a certificate.</summary>
    public bool IsTls { get; }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static MetricsAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.AbsolutePath is not ("/" or "/metrics"))
        {
            throw new FormatException($"{text}: is neither http://127.0.0.1:PORT nor https://HOST:PORT");
        }

        IPAddress address = uri.Host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(uri.Host, out IPAddress? parsed) ? parsed
            : throw new FormatException($"{text}: '{uri.Host}' is not an address of this machine: give an IP address or localhost");

        return uri.Scheme == "http" && !IPAddress.IsLoopback(address)
            ? throw new FormatException($"{text}: beyond this machine's loopback metrics take mutual TLS: https://HOST:PORT")
            : new MetricsAddress(new IPEndPoint(address, uri.Port), uri.Scheme == "https");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsTls ? "https" : "http")}://{EndPoint}";
}
