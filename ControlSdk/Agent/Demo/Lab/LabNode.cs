using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A node of a lab: the data plane, who controls it, and what is seen on its fabric port.</summary>
internal sealed class LabNode(Node node, DataPlane dataPlane, SocketDirectory sockets) : IDisposable
{
    public Node Node { get; } = node;

    public DataPlane DataPlane { get; } = dataPlane;

    /// <summary>How it is programmed and looked into.</summary>
    public NodeControl Control { get; } = new(node.Name, dataPlane, sockets);

    /// <summary>What passed the fabric port.</summary>
    public FabricWatch Fabric { get; } = new();

    /// <summary>Puts a port behind a vif, with the watches on it.</summary>
    public void Attach(uint vif, IPort port, params IReadOnlyList<IPacketWatch> watches) =>
        DataPlane.Attach(new VifId(vif), watches.Count == 0 ? port : new WatchedPort(port, DataPlane.Frames.Region, watches));

    public void Dispose()
    {
        Control.Dispose();
        DataPlane.Dispose();
    }
}
