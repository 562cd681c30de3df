using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace VRouter.Tests.Programs.Metrics;

/// <summary>An OpenTelemetry collector as far as exporters see it: takes what comes, and remembers.</summary>
internal sealed class Collector : IAsyncDisposable
{
    // A gRPC message of no bytes: not compressed, length 0.
    private static readonly byte[] s_emptyMessage = new byte[5];

    private readonly WebApplication _application;
    private readonly List<(string Path, byte[] Body)> _exports = [];

    private Collector(HttpProtocols protocols)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        _application = builder.Build();
        _application.Run(TakeAsync);
    }

    /// <summary>What exporters are given.</summary>
    public string Address => _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>What has come.</summary>
    public IReadOnlyList<(string Path, byte[] Body)> Exports
    {
        get
        {
            lock (_exports)
            {
                return [.. _exports];
            }
        }
    }

    public static async Task<Collector> StartAsync(bool isGrpc)
    {
        var collector = new Collector(isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        await collector._application.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);

        lock (_exports)
        {
            _exports.Add((context.Request.Path, body.ToArray()));
        }

        if (context.Request.ContentType == "application/grpc")
        {
            context.Response.ContentType = "application/grpc";
            context.Response.AppendTrailer("grpc-status", "0");
            await context.Response.Body.WriteAsync(s_emptyMessage);
        }
    }
}
