using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>One direction of a flow, and the node that has it.</summary>
internal sealed record NodeFlow(Node Node, FlowRecord Record)
{
    public bool IsDenied => Record.Action == FlowRecord.Types.Action.Drop;

    public bool IsTranslated => Record.Action == FlowRecord.Types.Action.Nat;

    /// <summary>The pod at this end, or where it comes from outside the node, at the other end.</summary>
    public string Pod => Node.Pods.FirstOrDefault(pod => pod.Vif == Record.Key.Interface)?.Name ?? "";

    public string From => End(Record.Key.Source, Record.Key.SourcePort);

    public string To => End(Record.Key.Destination, Record.Key.DestinationPort);

    /// <summary>What it leaves as: the reverse of what its answers come as.</summary>
    public string LeavesFrom => End(Record.ReverseKey.Destination, Record.ReverseKey.DestinationPort);

    public string LeavesTo => End(Record.ReverseKey.Source, Record.ReverseKey.SourcePort);

    /// <summary>Whether an address is at one of its ends, before it is translated or after.</summary>
    public bool Concerns(string address) =>
        Record.Key.Source == address || Record.Key.Destination == address || Record.ReverseKey.Source == address || Record.ReverseKey.Destination == address;

    private static string End(string address, uint port) => port == 0 ? address : $"{address}:{port}";
}
