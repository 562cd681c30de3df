using VRouter.ControlSdk.Server;
using VRouter.ControlSdk.V1;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// A node as a controller has it: its gRPC service on a Unix socket, and the SDK's client. The one place where the demo programs a vRouter
/// and looks into it.
/// </summary>
internal sealed class NodeControl : IDisposable
{
    private readonly string _node;
    private readonly ControlServer _server;
    private readonly VRouterClient _client;

    public NodeControl(string node, DataPlane dataPlane, SocketDirectory sockets)
    {
        string address = sockets.AddressOf(node);
        _node = node;
        _server = ControlServer.StartAsync(dataPlane, new ControlServerOptions { Listen = [ControlAddress.Parse(address)] }).GetAwaiter().GetResult();
        _client = new VRouterClient(address);
    }

    /// <summary>Makes a configuration the node's whole state, in one transaction, whatever packets are under way.</summary>
    /// <exception cref="CommandException">It was refused; every problem is named.</exception>
    public void Sync(Config config)
    {
        try
        {
            _client.SyncAsync(config).GetAwaiter().GetResult();
        }
        catch (RefusedException e)
        {
            throw new CommandException(ExitCode.Failed, $"{_node} refused its configuration: {e.Message}");
        }
    }

    public V1.Counters ReadCounters() => _client.GetCountersAsync().GetAwaiter().GetResult();

    public IReadOnlyList<V1.FlowRecord> ListFlows() => _client.ListFlowsAsync(new ListFlowsRequest()).ToBlockingEnumerable().ToArray();

    public void Dispose()
    {
        _client.Dispose();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
