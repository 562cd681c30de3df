using Grpc.AspNetCore.Server.Model;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Reflection;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The gRPC services over a data plane: Control, Diagnostics, health (grpc.health.v1) and reflection (grpc.reflection.v1). The data plane
/// stays its owner's.
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    private static readonly Google.Protobuf.Reflection.ServiceDescriptor[] s_described = [V1.Control.Descriptor, V1.Diagnostics.Descriptor, Health.Descriptor, ServerReflection.Descriptor];
    private static readonly TimeSpan s_longestStop = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;
    private readonly Programmer _programmer;
    private readonly HealthServiceImpl _health;
    private bool _disposed;

    private ControlServer(WebApplication application)
    {
        _application = application;
        _programmer = application.Services.GetRequiredService<Programmer>();
        _health = application.Services.GetRequiredService<HealthServiceImpl>();
    }

    /// <summary>Of this start of the vRouter: a client that sees another one has to sync again.</summary>
    public string InstanceId => _programmer.InstanceId;

    /// <summary>What clients connect to, ports that were left to the system included.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. _application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(ClientAddress)];

    /// <summary>Starts to serve a data plane.</summary>
    /// <exception cref="IOException">An address is taken or not to be had, or a file of TLS is not what it should be.</exception>
    /// <exception cref="ArgumentException">There is an address with TLS, and no files for it.</exception>
    public static async Task<ControlServer> StartAsync(DataPlane dataPlane, ControlServerOptions? options = null, CancellationToken stop = default)
    {
        WebApplication application = Build(dataPlane, options ?? new ControlServerOptions());

        try
        {
            var server = new ControlServer(application);
            server.SetHealth(HealthCheckResponse.Types.ServingStatus.Serving);
            await application.StartAsync(stop);
            return server;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a configuration the whole state, as a client's Sync would.</summary>
    /// <param name="wanted">The configuration.</param>
    /// <param name="who">Whom the audit is to name.</param>
    /// <param name="stop">Gives up waiting for the turn of this.</param>
    public async Task<ProgramResult> SyncAsync(V1.Config wanted, string who, CancellationToken stop = default)
    {
        TransactionDraft draft = _programmer.Begin();

        try
        {
            draft.Add(wanted);
            return await _programmer.SyncAsync(draft, who, stop);
        }
        finally
        {
            _programmer.End(draft);
        }
    }

    /// <summary>Ends streams with UNAVAILABLE, lets calls finish, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        SetHealth(HealthCheckResponse.Types.ServingStatus.NotServing);
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static WebApplication Build(DataPlane dataPlane, ControlServerOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.ListenFor(options);

        // A line a change is ours; a line a request would be the framework's.
        builder.Logging.AddProvider(new ForwardedLogging(options.Logging)).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);

        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = s_longestStop);
        builder.Services.AddSingleton(options.Limits);
        builder.Services.AddSingleton(dataPlane);
        builder.Services.AddSingleton<CallGate>();
        builder.Services.AddSingleton(services => new Programmer(dataPlane, services.GetRequiredService<ILogger<ControlServer>>(), options.State));
        builder.Services.AddSingleton<EventStreams>();
        builder.Services.AddSingleton<ControlService>();
        builder.Services.AddSingleton<DiagnosticsService>();
        builder.Services.AddSingleton<HealthServiceImpl>();
        builder.Services.AddSingleton<IServiceMethodProvider<ControlService>, ControlMethods>();
        builder.Services.AddSingleton<IServiceMethodProvider<DiagnosticsService>, DiagnosticsMethods>();
        builder.Services.AddSingleton(new ReflectionV1ServiceImpl(s_described));
        builder.Services.AddSingleton(new ReflectionServiceImpl(s_described));
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.Limits.MessageBytes;
            grpc.CompressionProviders.Clear();
            grpc.CompressionProviders.Add(new BoundedGzip(options.Limits.MessageBytes));
        });

        WebApplication application = builder.Build();
        application.Use(application.Services.GetRequiredService<CallGate>().PassAsync);
        application.MapGrpcService<ControlService>();
        application.MapGrpcService<DiagnosticsService>();
        application.MapGrpcService<HealthServiceImpl>();
        application.MapGrpcService<ReflectionV1ServiceImpl>();
        application.MapGrpcService<ReflectionServiceImpl>();        // v1alpha, which most tools still ask
        options.MapServices?.Invoke(application);
        return application;
    }

    private void SetHealth(HealthCheckResponse.Types.ServingStatus status)
    {
        // The empty name is the server as a whole (GRPC Health Checking Protocol).
        foreach (string service in (string[])["", V1.Control.Descriptor.FullName, V1.Diagnostics.Descriptor.FullName])
        {
            _health.SetStatus(service, status);
        }
    }

    // Kestrel says http://unix:/run/vrouter/vrouter.sock.
    private static string ClientAddress(string address) =>
        address.StartsWith("http://unix:", StringComparison.Ordinal) ? $"unix://{address["http://unix:".Length..]}" : address;
}
