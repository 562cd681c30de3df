using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>Makes the <see cref="RuleTable"/> of one IP version of rules that are added in their order.</summary>
internal sealed class RuleTableBuilder(bool isIpv6)
{
    private readonly RemoteSet _remotes = new();
    private readonly List<RuleEntry> _entries = [];

    /// <summary>Adds a rule, unless it is for the other version.</summary>
    public void Add(SecurityRule rule, int rank)
    {
        if (!IsOfThisVersion(rule))
        {
            return;
        }

        if (rule.Protocol is { } protocol)
        {
            Add(rule, rank, EffectiveProtocol(rule, (byte)protocol));
        }
        else
        {
            Add(rule, rank, Services.AnyWithPorts, rule.DestinationPorts, rule.SourcePorts);
            Add(rule, rank, Services.AnyWithoutPorts, default, default);
        }
    }

    public RuleTable Build()
    {
        _entries.Sort(static (left, right) => (left.Place, left.Rank).CompareTo((right.Place, right.Rank)));
        PrefixMap prefixes = _remotes.MapPrefixes();
        return new ServiceCompiler(_entries, _remotes.Outer).Build(prefixes, _remotes.Groups);
    }

    private bool IsOfThisVersion(SecurityRule rule) =>
        rule.EtherType != (isIpv6 ? RuleEtherType.Ipv4 : RuleEtherType.Ipv6) && (rule.RemotePrefix is not { } prefix || prefix.IsIpv6 == isIpv6);

    private static byte EffectiveProtocol(SecurityRule rule, byte protocol) =>
        protocol == IpProtocol.Icmp && rule.EtherType == RuleEtherType.Ipv6 ? IpProtocol.Icmpv6 : protocol;

    private void Add(SecurityRule rule, int rank, byte protocol)
    {
        if (rule.Icmp is not { } icmp)
        {
            Add(rule, rank, protocol, rule.DestinationPorts, rule.SourcePorts);
        }
        else if (protocol == (isIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp))
        {
            Add(rule, rank, protocol, [MessagesOf(icmp)], default);
        }
    }

    private void Add(SecurityRule rule, int rank, ushort service, ValueList<PortRange> destinations, ValueList<PortRange> sources) =>
        _entries.Add(new RuleEntry(RuleEntry.PlaceOf(_remotes.Of(rule), service), rank, destinations, sources));

    private static PortRange MessagesOf(IcmpMatch icmp) => icmp.Code is { } code
        ? new PortRange(icmp.Type << 8 | code, icmp.Type << 8 | code)
        : new PortRange(icmp.Type << 8, icmp.Type << 8 | byte.MaxValue);
}
