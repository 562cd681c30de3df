using FsCheck;
using FsCheck.Fluent;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Tests.Unit.Routing;

namespace VRouter.Tests.Unit.Policy;

/// <summary>Random groups of valid rules that overlap, and the packets where an error would show.</summary>
internal static class PolicyCases
{
    // Few different values, so that rules meet; neighbours of bounds, so that they nearly do.
    private static readonly uint[] s_ports = [0, 1, 2, 79, 80, 81, 443, 8000, 65534, 65535];
    private static readonly uint[] s_messages = [0, 3, 4, 8, 128, 255];
    private static readonly uint[] s_groups = [1, 2, 3, 4];
    private static readonly byte[] s_protocols = [IpProtocol.Icmp, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp, IpProtocol.Icmpv6, IpProtocol.Gre, 255];

    // Protocol 0 and UDP-Lite (136) are in no rule.
    private static readonly byte[] s_probed = [.. s_protocols, 0, 136];

    private static readonly Gen<PortRange> s_range =
        from first in Gen.Elements(s_ports)
        from last in Gen.Elements(s_ports)
        select new PortRange(Math.Min(first, last), Math.Max(first, last));

    private static readonly Gen<ValueList<PortRange>> s_ranges =
        from count in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Constant(1)), (1, Gen.Choose(2, 4)))
        from ranges in s_range.ArrayOf(count)
        select (ValueList<PortRange>)[.. ranges];

    private static readonly Gen<IcmpMatch?> s_icmp =
        from type in Gen.Elements(s_messages)
        from code in Gen.Elements(s_messages)
        from kind in Gen.Choose(0, 2)
        select kind switch { 0 => null, 1 => new IcmpMatch(type), _ => (IcmpMatch?)new IcmpMatch(type, code) };

    private static readonly Gen<IpPrefix?> s_prefix =
        from isIpv6 in Gen.Elements(false, true)
        from octets in Gen.Elements<byte>(0, 10, 127, 128, 255).ArrayOf(isIpv6 ? 16 : 4)
        from shared in Gen.Choose(0, octets.Length)
        from length in Gen.Choose(0, 8 * octets.Length)
        select (IpPrefix?)new IpPrefix(IpAddress.FromBytes([.. Enumerable.Repeat((byte)10, shared), .. octets[shared..]]), (byte)length).Network;

    private static readonly Gen<SecurityRule> s_any =
        from direction in Gen.Frequency((3, Gen.Constant(RuleDirection.Ingress)), (1, Gen.Constant(RuleDirection.Egress)))
        from etherType in Gen.Elements(RuleEtherType.Any, RuleEtherType.Ipv4, RuleEtherType.Ipv6)
        from action in Gen.Elements(RuleAction.Allow, RuleAction.Deny)
        from priority in Gen.Elements<uint>(0, 1, 2, 3, uint.MaxValue)
        select new SecurityRule { Direction = direction, EtherType = etherType, Action = action, Priority = priority };

    private static readonly Gen<SecurityRule> s_rule =
        (from rule in s_any
         from protocol in Gen.Frequency((1, Gen.Constant((uint?)null)), (3, Gen.Elements(s_protocols).Select(number => (uint?)number)))
         from sources in s_ranges
         from destinations in s_ranges
         from icmp in s_icmp
         from remote in Gen.Choose(0, 3)
         from prefix in s_prefix
         from @group in Gen.Elements(s_groups)
         select rule with
         {
             Protocol = protocol,
             SourcePorts = HasPorts(protocol) ? sources : default,
             DestinationPorts = HasPorts(protocol) ? destinations : default,
             Icmp = protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 ? icmp : null,
             RemotePrefix = remote > 1 ? prefix : null,
             RemoteGroup = remote == 1 ? new SecurityGroupId(@group) : null,
         }).Where(rule => SecurityGroupValidation.Check(new SecurityGroup(new SecurityGroupId(1), "", [rule])).Count == 0);

    /// <summary>One to three groups; some of hundreds of rules, which are compiled by themselves.</summary>
    public static Arbitrary<SecurityGroup[]> Groups() => Arb.From(
        from count in Gen.Choose(1, 3)
        from rules in Gen.Frequency((8, Gen.Choose(0, 20)), (1, Gen.Choose(250, 350))).SelectMany(size => s_rule.ArrayOf(size)).ArrayOf(count)
        select rules.Select(Group).ToArray());

    /// <summary>Groups 1 to 3, changed one after the other; some changes change nothing, and a group without rules is taken away.</summary>
    public static Arbitrary<SecurityGroup[]> Changes() => Arb.From(
        from rules in s_rule.ArrayOf().ArrayOf()
        from ids in Gen.Choose(0, 2).ArrayOf(rules.Length)
        select rules.Select((list, index) => Group(list, ids[index])).ToArray());

    /// <summary>Packets around the bounds of the groups' rules: so many, drawn with a seed of their own.</summary>
    public static IEnumerable<Probe> Probes(IReadOnlyList<SecurityGroup> groups, int count)
    {
        var random = new System.Random(1);
        string[] peers = [.. groups.SelectMany(PeersOf).Append("10.10.10.10").Append("a0a::1").Distinct()];

        return Enumerable.Range(0, count).Select(_ => new Probe(Pick(random, peers), Pick(random, s_probed))
        {
            SourcePort = (ushort)Pick(random, s_ports),
            DestinationPort = (ushort)Pick(random, s_ports),
            IcmpType = (byte)Pick(random, s_messages),
            IcmpCode = (byte)Pick(random, s_messages),
            PeerGroups = [.. s_groups.Where(_ => random.Next(3) == 0).Select(number => new SecurityGroupId(number))],
        });
    }

    private static SecurityGroup Group(SecurityRule[] rules, int index) =>
        new(new SecurityGroupId((uint)index + 1), "", [.. rules.Select((rule, place) => rule with { Id = $"r{place}" })]);

    private static bool HasPorts(uint? protocol) => protocol is null or IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

    private static IEnumerable<string> PeersOf(SecurityGroup group) =>
        from rule in @group.Rules
        where rule.RemotePrefix is not null
        from edge in LinearRoutes.Edges(rule.RemotePrefix!.Value)
        select edge.ToString();

    private static T Pick<T>(System.Random random, T[] values) => values[random.Next(values.Length)];
}
