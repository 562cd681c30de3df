using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Groups of next hops, both ways. The two enums of hashes have equal numbers.</summary>
internal static class EcmpTranslation
{
    public static EcmpNextHop Read(NextHopId id, V1.NextHop.Types.Ecmp group, ObjectScope scope)
    {
        if (!Enum.IsDefined(group.Hash))
        {
            scope.Add("ecmp.hash", "is neither FIVE_TUPLE nor SOURCE_ADDRESS");
        }

        return new EcmpNextHop(id)
        {
            Members = [.. group.Members.Select((member, i) => ReadMember(member, scope, $"ecmp.members[{i}]"))],
            Hash = (EcmpHash)group.Hash,
            AffinityTimeout = group.AffinityTimeout is null ? default : scope.Time("ecmp.affinity_timeout", group.AffinityTimeout),
        };
    }

    public static V1.NextHop.Types.Ecmp Write(EcmpNextHop group) => new()
    {
        Members = { group.Members.Select(WriteMember) },
        Hash = (V1.NextHop.Types.Ecmp.Types.Hash)group.Hash,
        AffinityTimeout = OptionalText.Of(group.AffinityTimeout),
    };

    private static EcmpMember ReadMember(V1.NextHop.Types.Ecmp.Types.Member member, ObjectScope scope, string field) => new(new NextHopId(member.NextHop))
    {
        Label = member.Label,
        Weight = member.Weight,
        Draining = member.Draining,
        Ports = [.. member.Ports.Select((port, i) => ReadPort(port, scope, $"{field}.ports[{i}]"))],
    };

    private static V1.NextHop.Types.Ecmp.Types.Member WriteMember(EcmpMember member) => new()
    {
        NextHop = member.NextHop.Value,
        Label = member.Label,
        Weight = member.Weight,
        Draining = member.Draining,
        Ports = { member.Ports.Select(port => new V1.NextHop.Types.ProtocolPort { Protocol = port.Protocol, Port = port.Port }) },
    };

    private static ProtocolPort ReadPort(V1.NextHop.Types.ProtocolPort port, ObjectScope scope, string field) =>
        new(scope.Protocol($"{field}.protocol", port.Protocol), scope.Port($"{field}.port", port.Port));
}
