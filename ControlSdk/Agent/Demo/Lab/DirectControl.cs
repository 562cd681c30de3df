using VRouter.ControlSdk.Server;
using VRouter.ControlSdk.V1;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A node whose data plane is in this process.</summary>
internal sealed class DirectControl(string node, DataPlane dataPlane) : INodeControl
{
    public void Sync(Config config)
    {
        ProgramResult result = dataPlane.Sync(config);

        if (!result.IsApplied)
        {
            throw new CommandException(ExitCode.Failed, $"{node} refused its configuration: {string.Join("; ", result.Messages)}");
        }
    }

    public V1.Counters ReadCounters() => dataPlane.GetCounters();

    public IReadOnlyList<V1.FlowRecord> ListFlows() => [.. dataPlane.ListFlows(new ListFlowsRequest())];
}
