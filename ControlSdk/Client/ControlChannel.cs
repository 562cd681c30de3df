using System.Net.Security;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace VRouter.ControlSdk;

/// <summary>Makes channels to a vRouter: over its Unix socket, or over mutual TLS.</summary>
public static class ControlChannel
{
    /// <summary>Where a vRouter listens when it is not told otherwise.</summary>
    public const string DefaultAddress = "unix:///run/vrouter/vrouter.sock";

    /// <summary>Opens a channel; it connects with the first call, and again whenever it has to.</summary>
    /// <param name="address"><c>unix:///PATH</c>, or <c>https://HOST:PORT</c>; plain <c>http://</c> only on this machine's loopback.</param>
    /// <param name="options">Certificates, bounds.</param>
    /// <exception cref="FormatException">It is no such address.</exception>
    public static GrpcChannel Open(string address = DefaultAddress, ControlChannelOptions? options = null)
    {
        options ??= new ControlChannelOptions();
        Uri uri = Uri.TryCreate(address, UriKind.Absolute, out Uri? parsed) ? parsed : throw NoAddress(address);

        SocketsHttpHandler handler = new()
        {
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = options.PingAfter,
            KeepAlivePingTimeout = options.PongWithin,
        };

        string target = uri.Scheme switch
        {
            "unix" => UseUnixSocket(handler, PathOf(address)),
            "https" => UseTls(handler, address, options),
            "http" when uri.IsLoopback => address,
            "http" => throw new FormatException($"{address}: beyond this machine only https:// will do"),
            _ => throw NoAddress(address),
        };

        return GrpcChannel.ForAddress(target, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MessageBytes,
            MaxSendMessageSize = null,
            CompressionProviders = [new BoundedGzip(options.MessageBytes)],
            LoggerFactory = options.Logging,
            ServiceConfig = Retries.Of(options),
        });
    }

    private static string UseUnixSocket(SocketsHttpHandler handler, string path)
    {
        handler.ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };

        // What goes into :authority, as gRPC does it for Unix sockets.
        return "http://localhost";
    }

    private static string UseTls(SocketsHttpHandler handler, string address, ControlChannelOptions options)
    {
        handler.SslOptions = options.Tls is null ? new SslClientAuthenticationOptions() : ClientTls.Read(options.Tls);
        return address;
    }

    // unix:///run/x.sock and unix:/run/x.sock are one (gRPC Name Resolution).
    private static string PathOf(string address)
    {
        string path = address["unix:".Length..];
        return path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path;
    }

    private static FormatException NoAddress(string address) => new($"{address}: is neither unix:///PATH nor https://HOST:PORT");
}
