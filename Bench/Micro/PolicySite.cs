using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Bench;

/// <summary>An interface with one large security group, and packets for it of which most are allowed, each by another rule.</summary>
public sealed class PolicySite
{
    /// <summary>How many packets <see cref="DecideAll"/> decides on.</summary>
    public const int Packets = 1 << 14;

    private readonly IpAddress[] _peers = new IpAddress[Packets];
    private readonly SecurityGroupId[] _groups = new SecurityGroupId[Packets];
    private readonly (ushort Source, ushort Destination)[] _ports = new (ushort, ushort)[Packets];

    private PolicySite(SecurityGroup group)
    {
        Group = group;
        Policy = Compile(group);
        var random = new Random(7);

        for (int i = 0; i < Packets; i++)
        {
            SecurityRule rule = group.Rules[random.Next(group.Rules.Count)];

            _peers[i] = rule.RemotePrefix?.Address ?? IpAddress.FromIpv4((uint)random.NextInt64(1L << 32));
            _groups[i] = rule.RemoteGroup ?? new SecurityGroupId(uint.MaxValue);
            _ports[i] = (PortOf(rule.SourcePorts, random), PortOf(rule.DestinationPorts, random));
        }
    }

    /// <summary>The group.</summary>
    public SecurityGroup Group { get; }

    /// <summary>What it was compiled to.</summary>
    public CompiledPolicy Policy { get; }

    /// <summary>Makes a group of so many rules and the packets.</summary>
    public static PolicySite Of(PolicyKind kind, int rules)
    {
        var random = new Random(5);
        IpPrefix[] ipv4 = RealisticRoutes.Ipv4(rules);
        IpPrefix[] ipv6 = RealisticRoutes.Ipv6(rules);

        SecurityRule Make(PolicyKind wanted, int i) => wanted switch
        {
            PolicyKind.Prefixes => Rule(i, random) with { RemotePrefix = ipv4[i], DestinationPorts = [Range(random, 10)] },
            PolicyKind.Ipv6Prefixes => Rule(i, random) with { RemotePrefix = ipv6[i], DestinationPorts = [Range(random, 10)] },
            PolicyKind.Ports => Rule(i, random) with { DestinationPorts = [Range(random, 10)] },
            PolicyKind.SourcePorts => Rule(i, random) with { SourcePorts = [Range(random, 30_000)], DestinationPorts = [Range(random, 30_000)] },
            PolicyKind.Groups => Rule(i, random) with { RemoteGroup = new SecurityGroupId(1000 + (uint)i), DestinationPorts = [Range(random, 10)] },
            _ => Make((PolicyKind)(i % (int)PolicyKind.Mixed), i),
        };

        return new PolicySite(new SecurityGroup(new SecurityGroupId(1), "", [.. Enumerable.Range(0, rules).Select(i => Make(kind, i))]));
    }

    /// <summary>Compiles a group for a new interface.</summary>
    public static CompiledPolicy Compile(SecurityGroup group)
    {
        var store = new PolicyStore();
        store.Set(group);
        int index = store.Acquire([group.Id]);
        store.Commit(1);
        return store[index].Ingress;
    }

    /// <summary>Decides on every packet; how many were allowed.</summary>
    public int DecideAll()
    {
        int allowed = 0;

        for (int i = 0; i < Packets; i++)
        {
            PolicyQuery query = PolicyQuery.Of(_peers[i], _groups.AsSpan(i, 1), IpProtocol.Tcp, _ports[i].Source, _ports[i].Destination);
            allowed += Policy.Decide(in query).IsAllowed ? 1 : 0;
        }

        return allowed;
    }

    private static SecurityRule Rule(int i, Random random) => new()
    {
        Id = $"rule-{i}",
        Direction = RuleDirection.Ingress,
        Protocol = IpProtocol.Tcp,
        Priority = (uint)random.Next(100),
    };

    private static PortRange Range(Random random, int width)
    {
        uint first = (uint)random.Next(1 << 16);
        return new PortRange(first, Math.Min(ushort.MaxValue, first + (uint)random.Next(width)));
    }

    private static ushort PortOf(ValueList<PortRange> ranges, Random random) =>
        (ushort)(ranges.Count == 0 ? random.Next(1 << 16) : random.Next((int)ranges[0].First, (int)ranges[0].Last + 1));
}
