using System.Net;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// Where the control server listens, and whom it lets in: <c>unix:///run/vrouter/vrouter.sock?write=GROUP</c>, or with mutual TLS
/// <c>https://192.0.2.1:6640?write=controller.example&amp;read=monitor.example</c>. TCP without TLS is nowhere to be had.
/// </summary>
public sealed record ControlAddress
{
    /// <summary>The Unix socket that clients try first.</summary>
    public const string Default = "unix:///run/vrouter/vrouter.sock";

    private ControlAddress()
    {
    }

    /// <summary>The path of the Unix socket; null for TLS.</summary>
    public string? Path { get; private init; }

    /// <summary>The address and port for TLS; null for a Unix socket.</summary>
    public IPEndPoint? EndPoint { get; private init; }

    /// <summary>
    /// Roles beside those that go without saying. Unix socket: one group, to which the socket is given; root and the server's own user may
    /// do everything. TLS: names in certificates; none = every certificate of the client CA may do everything.
    /// </summary>
    public IReadOnlyList<ControlGrant> Grants { get; private init; } = [];

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static ControlAddress Parse(string text)
    {
        (string place, string query) = text.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? (text[..mark], text[(mark + 1)..]) : (text, "");
        ControlGrant[] grants = [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => ParseGrant(text, part))];

        return Uri.TryCreate(place, UriKind.Absolute, out Uri? uri)
            ? uri.Scheme switch
            {
                "unix" => OfUnixSocket(text, place["unix:".Length..], grants),
                "https" => OfTls(text, uri, grants),
                "http" => throw new FormatException($"{text}: TCP takes mutual TLS: https://HOST:PORT"),
                _ => throw NoAddress(text),
            }
            : throw NoAddress(text);
    }

    /// <summary>The address without its grants: what a client connects to.</summary>
    public override string ToString() => Path is null ? $"https://{EndPoint}" : $"unix://{Path}";

    // unix:///run/x.sock and unix:/run/x.sock are one (gRPC Name Resolution).
    private static ControlAddress OfUnixSocket(string text, string path, ControlGrant[] grants)
    {
        path = path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path;

        return !path.StartsWith('/') ? throw new FormatException($"{text}: the path of a Unix socket begins with /")
            : grants.Length > 1 ? throw new FormatException($"{text}: a Unix socket belongs to one group; listen on another one for the next")
            : new ControlAddress { Path = path, Grants = grants };
    }

    private static ControlAddress OfTls(string text, Uri uri, ControlGrant[] grants)
    {
        IPAddress address = uri.Host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(uri.Host, out IPAddress? parsed) ? parsed
            : throw new FormatException($"{text}: '{uri.Host}' is not an address of this machine: give an IP address or localhost");

        return uri.AbsolutePath != "/"
            ? throw new FormatException($"{text}: an address has no path")
            : new ControlAddress { EndPoint = new IPEndPoint(address, uri.Port), Grants = grants };
    }

    private static ControlGrant ParseGrant(string text, string part)
    {
        string[] words = part.Split('=', 2);

        return words is [var role, { Length: > 0 } name] && RoleOf(role) is { } granted
            ? new ControlGrant(granted, Uri.UnescapeDataString(name))
            : throw new FormatException($"{text}: '{part}' is not read=NAME, capture=NAME or write=NAME");
    }

    private static ControlRole? RoleOf(string word) => word switch
    {
        "read" => ControlRole.Read,
        "capture" => ControlRole.Capture,
        "write" => ControlRole.Write,
        _ => null,
    };

    private static FormatException NoAddress(string text) => new($"{text}: is neither unix:///PATH nor https://HOST:PORT");
}
