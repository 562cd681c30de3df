using System.Globalization;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>The flows of a service as people read them: one of each sort, and how many there were.</summary>
internal static class FlowTable
{
    private const int PodWidth = 14, EndWidth = 20;

    public static void Print(DemoScreen screen, Service service, FlowJournal journal)
    {
        string address = service.Address.ToString();

        // Nothing comes back by a denied flow: its other direction says nothing.
        NodeFlow[] flows = [.. journal.Flows.Where(flow => flow.Concerns(address) && !(flow.IsDenied && flow.Record.Packets == 0))];

        screen.Line();
        screen.Line($"  Flows of {service.Name} ({address}): one of each sort, of {flows.Length}");

        foreach (IGrouping<object, NodeFlow> sort in flows.GroupBy(SortOf).OrderBy(sort => sort.First().Node.Name))
        {
            screen.Line($"    {Describe(sort.First())}{Count(sort)}");
        }
    }

    // Ports and packets apart, these are the same.
    private static object SortOf(NodeFlow flow) => (flow.Node, flow.Record.Action, flow.Record.RuleId, flow.Record.Key.Protocol,
        flow.Record.Key.Source, flow.Record.Key.Destination, flow.Record.ReverseKey.Source, flow.Record.ReverseKey.Destination);

    private static string Describe(NodeFlow flow) =>
        $"{flow.Node.Name,-8}{flow.Pod,-PodWidth} {NameOf(flow.Record.Key.Protocol),-5}{flow.From,EndWidth} → {flow.To,-EndWidth} {Fate(flow)}";

    private static string Fate(NodeFlow flow) => flow switch
    {
        { IsDenied: true } => $"{flow.Record.DropReason} by {flow.Record.RuleId}",
        { IsTranslated: true } => $"as {flow.LeavesFrom} → {flow.LeavesTo}",
        _ => "as it is",
    };

    private static string Count(IEnumerable<NodeFlow> sort) =>
        $", {sort.Count()} seen, packets: {Amount.OfPackets(sort.Aggregate(0ul, (sum, flow) => sum + flow.Record.Packets))}";

    private static string NameOf(uint protocol) => (byte)protocol switch
    {
        IpProtocol.Tcp => "TCP",
        IpProtocol.Icmp => "ICMP",
        _ => protocol.ToString(CultureInfo.InvariantCulture),
    };
}
