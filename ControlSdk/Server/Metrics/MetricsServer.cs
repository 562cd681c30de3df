using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>The metrics of a data plane at <c>/metrics</c>, for whoever collects them. The data plane stays its owner's.</summary>
public sealed class MetricsServer : IAsyncDisposable
{
    private const string Path = "/metrics";
    private const int MostConnections = 64;

    private readonly WebApplication _application;

    private MetricsServer(WebApplication application) => _application = application;

    /// <summary>What collectors ask: "http://127.0.0.1:9095/metrics".</summary>
    public string Address => _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single() + Path;

    /// <summary>Starts to serve.</summary>
    /// <param name="dataPlane">Whose metrics.</param>
    /// <param name="address">Where.</param>
    /// <param name="tls">For an address with TLS.</param>
    /// <param name="logging">Where it logs.</param>
    /// <exception cref="IOException">The address is taken or not to be had, or a file of TLS is not what it should be.</exception>
    /// <exception cref="ArgumentException">It is an address with TLS, and there are no files for it.</exception>
    public static async Task<MetricsServer> StartAsync(DataPlane dataPlane, MetricsAddress address, TlsFiles? tls = null, ILoggerFactory? logging = null)
    {
        WebApplication application = Build(dataPlane, address, TlsOf(address, tls), logging);

        try
        {
            await application.StartAsync();
            return new MetricsServer(application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static HttpsConnectionAdapterOptions? TlsOf(MetricsAddress address, TlsFiles? tls) => !address.IsTls ? null
        : ServerTls.Read(tls ?? throw new ArgumentException("https:// takes mutual TLS: a certificate, its key, and the CA of the clients", nameof(tls)));

    private static WebApplication Build(DataPlane dataPlane, MetricsAddress address, HttpsConnectionAdapterOptions? tls, ILoggerFactory? logging)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(address.EndPoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;

                if (tls is not null)
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.UseHttps(tls);
                }
            });
        });

        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();

        if (logging is not null)
        {
            builder.Logging.AddProvider(new ForwardedLogging(logging)).AddFilter("Microsoft", LogLevel.Warning);
        }

        WebApplication application = builder.Build();
        application.Run(context => AnswerAsync(context, dataPlane));
        return application;
    }

    private static async Task AnswerAsync(HttpContext context, DataPlane dataPlane)
    {
        if (context.Request.Path != Path)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var text = new MetricText(context.Request.Headers.Accept.ToString().Contains(MetricText.OpenMetrics, StringComparison.OrdinalIgnoreCase));
        string metrics = text.Write(MetricList.All, MetricSnapshot.Take(dataPlane));
        context.Response.ContentType = text.ContentType;
        await context.Response.WriteAsync(metrics, context.RequestAborted);
    }
}
