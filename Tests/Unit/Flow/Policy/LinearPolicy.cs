using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Policy;

/// <summary>Section 5 of the semantics, word for word: all rules in their order, the first that matches decides.</summary>
internal static class LinearPolicy
{
    private static readonly byte[] s_protocolsWithPorts = [IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp];

    public static Decision Decide(SecurityGroup[] groups, RuleDirection direction, Probe probe)
    {
        if (groups.Length == 0)
        {
            return new Decision(true, null);
        }

        var first = (from @group in groups
                     from placed in @group.Rules.Select((rule, index) => (Rule: rule, Index: index))
                     where placed.Rule.Direction == direction && Matches(placed.Rule, probe)
                     orderby placed.Rule.Priority, placed.Rule.Action == RuleAction.Deny ? 0 : 1, @group.Id.Value, placed.Index
                     select (placed.Rule.Action, Name: Decision.NameOf(@group.Id, placed.Rule.Id))).FirstOrDefault();

        return new Decision(first.Name is not null && first.Action == RuleAction.Allow, first.Name);
    }

    private static bool Matches(SecurityRule rule, Probe probe) =>
        MatchesEtherType(rule, probe) && MatchesProtocol(rule, probe) && MatchesPorts(rule, probe) && MatchesIcmp(rule, probe) && MatchesRemote(rule, probe);

    private static bool MatchesEtherType(SecurityRule rule, Probe probe) =>
        rule.EtherType == RuleEtherType.Any || rule.EtherType == (probe.Address.IsIpv6 ? RuleEtherType.Ipv6 : RuleEtherType.Ipv4);

    private static bool MatchesProtocol(SecurityRule rule, Probe probe)
    {
        bool meansIcmpv6 = rule is { EtherType: RuleEtherType.Ipv6, Protocol: IpProtocol.Icmp };
        return rule.Protocol is null || probe.Protocol == (meansIcmpv6 ? IpProtocol.Icmpv6 : rule.Protocol);
    }

    private static bool MatchesPorts(SecurityRule rule, Probe probe) =>
        !s_protocolsWithPorts.Contains(probe.Protocol) || (Holds(rule.SourcePorts, probe.SourcePort) && Holds(rule.DestinationPorts, probe.DestinationPort));

    private static bool Holds(ValueList<PortRange> ranges, ushort port) =>
        ranges.Count == 0 || ranges.Any(range => range.First <= port && port <= range.Last);

    private static bool MatchesIcmp(SecurityRule rule, Probe probe) =>
        rule.Icmp is not { } icmp || (probe.IsIcmp && icmp.Type == probe.IcmpType && (icmp.Code is null || icmp.Code == probe.IcmpCode));

    private static bool MatchesRemote(SecurityRule rule, Probe probe) =>
        (rule.RemotePrefix is not { } prefix || prefix.Contains(probe.Address)) &&
        (rule.RemoteGroup is not { } remote || probe.PeerGroups.Contains(remote));
}
