using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class StateEditor
{
    private readonly HashSet<NextHopId> _groupIds = [];
    private readonly PersistentVector<EcmpGroup?>.Builder _groups = PersistentVector<EcmpGroup?>.Empty.Edit();
    private IpAddress _ownIpv4, _ownIpv6;
    private uint _groupsGeneration;

    /// <summary>Builds anew the groups whose members may have changed: themselves, their next hops, their vifs, or this node's endpoint.</summary>
    private void ResolveGroups()
    {
        bool isElsewhere = _underlayTouched && FindOwnEndpoints();

        // Most transactions are of routes.
        if (_groupIds.Count == 0 || !isElsewhere && _touchedNextHops.Count == 0 && _touchedVifs.Count == 0)
        {
            return;
        }

        HashSet<NextHopId> stale = isElsewhere ? [.. _groupIds] : [];

        foreach (NextHopId id in _touchedNextHops.Concat(_touchedVifs.SelectMany(UsersOf)))
        {
            stale.UnionWith(_configuration.NextHops[id].Groups);
        }

        stale.UnionWith(_touchedNextHops.Where(_groupIds.Contains));

        foreach (NextHopId id in stale)
        {
            BuildGroup(_configuration.NextHops[id]);
        }
    }

    private IEnumerable<NextHopId> UsersOf(VifId id) => _configuration.Vifs.TryGetValue(id, out VifRecord? vif) ? vif.Users : [];

    private void BuildGroup(NextHopRecord record)
    {
        var spec = (EcmpNextHop)record.Spec;
        EcmpGroup? before = _groups[record.Index];
        IpAddress own = OwnEndpoint(spec);
        EcmpGroup group = new EcmpGroupBuilder(spec, spec.Members.Select(member => CandidateOf(member, own))).Build(before, Generation);

        if (group != before)
        {
            _groups[record.Index] = group;
        }
    }

    private void LinkGroup(EcmpNextHop group)
    {
        _groupIds.Add(group.Id);

        foreach (EcmpMember member in group.Members)
        {
            _configuration.NextHops[member.NextHop].Join(group.Id);
        }
    }

    private void UnlinkGroup(EcmpNextHop group)
    {
        _groupIds.Remove(group.Id);
        _groups[_configuration.NextHops[group.Id].Index] = null;

        foreach (EcmpMember member in group.Members)
        {
            _configuration.NextHops[member.NextHop].Leave(group.Id);
        }
    }

    /// <summary>Who the member is. A vif without a label no other vRouter knows: here it has a name of its own all the same.</summary>
    private EcmpCandidate CandidateOf(EcmpMember member, IpAddress own)
    {
        NextHopRecord record = _configuration.NextHops[member.NextHop];

        if (record.Spec is TunnelNextHop tunnel)
        {
            uint label = member.Label != 0 ? member.Label : tunnel.Label;
            return new EcmpCandidate(member, record.Index, new EcmpName(tunnel.Destination, label), Vif: 0);
        }

        var nextHop = (VifNextHop)record.Spec;
        VifRecord local = _configuration.Vifs[nextHop.Vif];
        Vif vif = local.Spec;
        EcmpName name = vif.Label.Value != 0 ? new EcmpName(own, vif.Label.Value) : new EcmpName(nextHop.Address ?? own, 0, vif.Id.Value);
        return new EcmpCandidate(member, record.Index, name, (ushort)local.Index);
    }

    /// <summary>This node as the other members' nodes reach it: over IPv6 where all of the group's tunnels are, or nothing else is there.</summary>
    private IpAddress OwnEndpoint(EcmpNextHop group)
    {
        bool[] families = [.. group.Members.Select(member => _configuration.NextHops[member.NextHop].Spec).OfType<TunnelNextHop>().Select(tunnel => tunnel.Destination.IsIpv6).Distinct()];
        return families is [true] || _ownIpv4.IsUnspecified ? _ownIpv6 : _ownIpv4;
    }

    // The first of each family; says whether one is another than before.
    private bool FindOwnEndpoints()
    {
        (IpAddress, IpAddress) before = (_ownIpv4, _ownIpv6);
        IpAddress[] endpoints = [.. _configuration.Fabrics.Values.SelectMany(fabric => fabric.Spec.Addresses).Select(address => address.Address)];
        _ownIpv4 = endpoints.FirstOrDefault(address => !address.IsIpv6);
        _ownIpv6 = endpoints.FirstOrDefault(address => address.IsIpv6);
        return (_ownIpv4, _ownIpv6) != before;
    }
}
