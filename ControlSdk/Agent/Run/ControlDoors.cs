using Microsoft.Extensions.Logging;
using VRouter.ControlSdk.Server;
using VRouter.ControlSdk.V1;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent;

/// <summary>
/// The control service of a running vRouter. Where it was told to listen it listens or the start fails; at its usual place it listens
/// if it may, so that one node can run several vRouters and one without privileges runs too.
/// </summary>
internal sealed class ControlDoors(DataPlane dataPlane, StateDirectory? state, RunOptions options, ILoggerFactory logging) : IDisposable
{
    private ControlServer? _server;

    /// <summary>Lets clients in.</summary>
    /// <exception cref="IOException">A place is taken, or not ours to take.</exception>
    public void Open()
    {
        try
        {
            _server = StartAsync().GetAwaiter().GetResult();
        }
        catch (Exception e) when (options.Listen.Count == 0 && e is IOException or UnauthorizedAccessException)
        {
            logging.CreateLogger("vrouter").NoControl(e.Message);
        }
    }

    /// <summary>"control at unix:///run/vrouter/vrouter.sock".</summary>
    public string Describe() => _server is null ? "no control service" : $"control at {string.Join(" and ", _server.Addresses)}";

    /// <summary>Makes a configuration the whole state; who watches is told.</summary>
    public ProgramResult Sync(Config wanted) => _server is null
        ? dataPlane.Sync(wanted)
        : _server.SyncAsync(wanted, options.Config!).GetAwaiter().GetResult();

    public void Dispose()
    {
        _server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _server = null;
    }

    private Task<ControlServer> StartAsync()
    {
        var serverOptions = new ControlServerOptions { Tls = options.Tls, State = state, Logging = logging };
        return ControlServer.StartAsync(dataPlane, options.Listen.Count == 0 ? serverOptions : serverOptions with { Listen = options.Listen });
    }
}
