using VRouter.ControlSdk.Server;
using VRouter.ControlSdk.V1;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A node of a lab: the data plane, and what is seen on its fabric port.</summary>
internal sealed class LabNode(Node node, DataPlane dataPlane) : IDisposable
{
    public Node Node { get; } = node;

    public DataPlane DataPlane { get; } = dataPlane;

    /// <summary>What passed the fabric port.</summary>
    public FabricWatch Fabric { get; } = new();

    /// <summary>Makes the configuration the node's whole state, in one transaction, whatever packets are under way.</summary>
    public void Program(Config config)
    {
        ProgramResult result = DataPlane.Sync(config);

        if (!result.IsApplied)
        {
            throw new CommandException(ExitCode.Failed, $"{Node.Name} refused its configuration: {string.Join("; ", result.Messages)}");
        }
    }

    /// <summary>Puts a port behind a vif, with the watches on it.</summary>
    public void Attach(uint vif, IPort port, params IReadOnlyList<IPacketWatch> watches) =>
        DataPlane.Attach(new VifId(vif), watches.Count == 0 ? port : new WatchedPort(port, DataPlane.Frames.Region, watches));

    public void Dispose() => DataPlane.Dispose();
}
