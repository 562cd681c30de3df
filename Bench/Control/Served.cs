using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;

namespace VRouter.Bench.Control;

/// <summary>A data plane behind a control server on a Unix socket of its own, and a client of it.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vrouter-bench-");
    private ControlServer? _server;
    private VRouterClient? _client;

    private Served()
    {
    }

    /// <summary>Where it listens.</summary>
    public string Address => $"unix://{Path.Combine(_folder.FullName, "vrouter.sock")}";

    /// <summary>Connected to it.</summary>
    public VRouterClient Client => _client!;

    /// <summary>Starts to serve a data plane, which stays its owner's, as its state does.</summary>
    public static async Task<Served> StartAsync(DataPlane dataPlane, StateDirectory? state = null)
    {
        var served = new Served();

        served._server = await ControlServer.StartAsync(dataPlane, new ControlServerOptions { Listen = [ControlAddress.Parse(served.Address)], State = state });
        served._client = new VRouterClient(served.Address);
        return served;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server!.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
