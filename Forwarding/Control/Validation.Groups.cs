using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class Validation
{
    private const int MostMembers = 4096;

    /// <summary>Ports that members name, times members: what there has to be a choice for.</summary>
    private const int MostChoices = 1 << 22;

    private void CheckGroup(ObjectKey key, EcmpNextHop group)
    {
        if (group.Hash is not (EcmpHash.FiveTuple or EcmpHash.SourceAddress))
        {
            Add(key, "ecmp.hash", "is neither FIVE_TUPLE nor SOURCE_ADDRESS");
        }

        if (group.AffinityTimeout < TimeSpan.Zero || group.AffinityTimeout > s_longestTimeout)
        {
            Add(key, "ecmp.affinity_timeout", $"{Seconds(group.AffinityTimeout)} s is not in 0 to {s_longestTimeout.Days} days");
        }

        // What is longer is not looked through.
        if (group.Members.Count > MostMembers)
        {
            Add(key, "ecmp.members", $"{group.Members.Count} are more than {MostMembers}");
            return;
        }

        int ports = group.Members.SelectMany(member => member.Ports).Distinct().Count();

        if ((long)ports * group.Members.Count > MostChoices)
        {
            Add(key, "ecmp.members", $"{group.Members.Count} members with {ports} different ports are too many: one times the other is to be at most {MostChoices}");
        }

        for (int i = 0; i < group.Members.Count; i++)
        {
            CheckMember(key, $"ecmp.members[{i}]", group, group.Members[i]);
        }
    }

    private void CheckMember(ObjectKey key, string field, EcmpNextHop group, EcmpMember member)
    {
        if (member.NextHop == group.Id)
        {
            Add(key, $"{field}.next_hop", $"{member.NextHop} is the group itself");
        }
        else if (_draft.Find(member.NextHop) is { } nextHop)
        {
            CheckMemberKind(key, field, member, nextHop);
        }
        else
        {
            AddOfState(key, $"{field}.next_hop", $"there is no next hop {member.NextHop}");
        }

        for (int i = 0; i < member.Ports.Count; i++)
        {
            CheckPort(key, $"{field}.ports[{i}]", member.Ports[i].Protocol, "port", member.Ports[i].Port);
        }

        if (member.Ports.Distinct().Count() < member.Ports.Count)
        {
            Add(key, $"{field}.ports", "a port is there twice");
        }
    }

    private void CheckMemberKind(ObjectKey key, string field, EcmpMember member, NextHop nextHop)
    {
        switch (nextHop)
        {
            case TunnelNextHop tunnel:
                CheckTunnelLabel(key, $"{field}.label", member.Label, tunnel);
                break;

            case EcmpNextHop:
                Add(key, $"{field}.next_hop", $"next hop {member.NextHop} is a group; a group has none as members");
                break;

            case not VifNextHop:
                Add(key, $"{field}.next_hop", $"next hop {member.NextHop} is neither a tunnel nor an interface");
                break;
        }
    }

    /// <summary>A next hop may not become what the groups that stay as they are cannot have.</summary>
    private void CheckMembership(NextHop nextHop)
    {
        if (!_configuration.NextHops.TryGetValue(nextHop.Id, out NextHopRecord? record))
        {
            return;
        }

        foreach (NextHopId id in record.Groups)
        {
            var group = (EcmpNextHop)_configuration.NextHops[id].Spec;

            if (ReferenceEquals(_draft.Find(id), group))
            {
                int at = group.Members.Span.IndexOf(group.Members.First(member => member.NextHop == nextHop.Id));
                CheckMemberKind(ObjectKey.Of(id), $"ecmp.members[{at}]", group.Members[at], nextHop);
            }
        }
    }

    /// <summary>A port of a protocol that has ports.</summary>
    private void CheckPort(ObjectKey key, string field, byte protocol, string name, ushort port)
    {
        if (protocol is not (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp))
        {
            Add(key, $"{field}.protocol", $"{protocol} has no ports; TCP (6), UDP (17) and SCTP (132) have");
        }

        if (port == 0)
        {
            Add(key, $"{field}.{name}", "0 is not a port");
        }
    }
}
