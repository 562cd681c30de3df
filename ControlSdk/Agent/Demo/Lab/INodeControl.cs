using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A node as a controller has it, in the contract's words: the one place where the demo programs a vRouter and looks into it.</summary>
internal interface INodeControl
{
    /// <summary>Makes a configuration the node's whole state, in one transaction, whatever packets are under way.</summary>
    /// <exception cref="CommandException">It was refused; every problem is named.</exception>
    void Sync(Config config);

    Counters ReadCounters();

    IReadOnlyList<FlowRecord> ListFlows();
}
