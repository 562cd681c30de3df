using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace VRouter.ControlSdk.Server;

/// <summary>Kestrel at the control server's addresses, with its limits.</summary>
internal static class KestrelDoors
{
    // Without a call; also how long a client may take to say what it wants.
    private static readonly TimeSpan s_longestIdle = TimeSpan.FromMinutes(2);

    public static void ListenFor(this IWebHostBuilder builder, ControlServerOptions options)
    {
        HttpsConnectionAdapterOptions? tls = options.Listen.Any(address => address.EndPoint is not null)
            ? ServerTls.Read(options.Tls ?? throw new ArgumentException("TCP takes mutual TLS: a certificate, its key, and the CA of the clients", nameof(options)))
            : null;

        builder.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureServices(services =>
            services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = endPoint => Bind(endPoint, options.Listen)));

        builder.ConfigureKestrel(kestrel =>
        {
            Bound(kestrel.Limits, options.Limits);
            kestrel.AddServerHeader = false;

            foreach (ControlAddress address in options.Listen)
            {
                Open(kestrel, address, tls, options.Limits.RequestsPerSecond);
            }
        });
    }

    private static void Bound(KestrelServerLimits limits, ControlLimits asked)
    {
        limits.MaxConcurrentConnections = asked.Connections;
        limits.Http2.MaxStreamsPerConnection = asked.CallsPerConnection;
        limits.Http2.KeepAlivePingDelay = asked.PingAfter;
        limits.Http2.KeepAlivePingTimeout = asked.PongWithin;
        limits.KeepAliveTimeout = s_longestIdle;

        // gRPC bounds its messages itself.
        limits.MaxRequestBodySize = null;
    }

    private static void Open(KestrelServerOptions kestrel, ControlAddress address, HttpsConnectionAdapterOptions? tls, int requestsPerSecond)
    {
        if (address.Path is { } path)
        {
            kestrel.ListenUnixSocket(path, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(PeerNaming.OfUnixSocket(address).Pacing(requestsPerSecond));
            });
        }
        else
        {
            kestrel.Listen(address.EndPoint!, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(tls!);
                listen.Use(PeerNaming.OfCertificate(address).Pacing(requestsPerSecond));
            });
        }
    }

    private static Socket Bind(EndPoint endPoint, IReadOnlyList<ControlAddress> addresses) =>
        endPoint is UnixDomainSocketEndPoint unix
            ? UnixSocketFile.Bind(addresses.First(address => address.Path == unix.ToString()))
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
}
