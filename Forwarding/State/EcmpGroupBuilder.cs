using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Builds groups: names the members, and for every port that some of them name finds out who serves it.</summary>
internal sealed class EcmpGroupBuilder
{
    private readonly EcmpNextHop _spec;
    private readonly EcmpCandidate[] _candidates;
    private readonly EcmpMemberState[] _members;

    public EcmpGroupBuilder(EcmpNextHop spec, IEnumerable<EcmpCandidate> candidates)
    {
        (uint Identity, EcmpCandidate Candidate)[] named = Identify(candidates);
        _spec = spec;
        _candidates = [.. named.Select(member => member.Candidate)];
        _members = [.. named.Select(member => new EcmpMemberState(member.Candidate.NextHop, member.Candidate.Spec.Label, member.Identity, member.Candidate.Spec.Draining, member.Candidate.Vif))];
    }

    /// <summary>The group, made in this generation; the one before where nothing differs.</summary>
    public EcmpGroup Build(EcmpGroup? before, uint generation)
    {
        if (before is not null && before.Spec == _spec && before.Members.AsSpan().SequenceEqual(_members))
        {
            return before;
        }

        var tunnels = new TunnelEnds(_candidates.Select((member, i) => (member.Name.Address, i)).Where(end => _candidates[end.i].Vif == 0));
        EcmpSpread anyPort = SpreadOver([.. Enumerable.Range(0, _candidates.Length).Where(ServesAnyPort)]);
        return new EcmpGroup(_spec, _members, anyPort, SpreadPorts(), tunnels) { Generation = generation };
    }

    // In the order of their names: whoever has the same members finds the same of them to be second, if ever.
    private static (uint Identity, EcmpCandidate Candidate)[] Identify(IEnumerable<EcmpCandidate> candidates)
    {
        var taken = new Dictionary<uint, EcmpCandidate>();

        foreach (EcmpCandidate candidate in candidates.OrderBy(candidate => candidate.Name).ThenBy(candidate => candidate.Spec.NextHop.Value))
        {
            uint occurrence = 0;

            while (!taken.TryAdd(candidate.Name.Identity(occurrence), candidate))
            {
                occurrence++;
            }
        }

        return [.. taken.OrderBy(member => member.Key).Select(member => (member.Key, member.Value))];
    }

    /// <summary>Ports that the same members serve share what spreads their flows.</summary>
    private PortTable<EcmpSpread> SpreadPorts()
    {
        PortKey[] ports = [.. _candidates.SelectMany(member => member.Spec.Ports).Distinct().Select(port => new PortKey(port.Protocol, port.Port))];

        if (ports.Length == 0)
        {
            return PortTable<EcmpSpread>.Empty;
        }

        var spreads = new Dictionary<ValueList<int>, EcmpSpread>();
        ILookup<PortKey, int> named = Enumerable.Range(0, _candidates.Length)
            .SelectMany(i => _candidates[i].Spec.Ports.Distinct().Select(port => (Port: new PortKey(port.Protocol, port.Port), Member: i)))
            .ToLookup(item => item.Port, item => item.Member);

        return new PortTable<EcmpSpread>(ports.ToDictionary(port => port, port => SpreadPort([.. named[port]], spreads)));
    }

    private EcmpSpread SpreadPort(ValueList<int> named, Dictionary<ValueList<int>, EcmpSpread> spreads)
    {
        if (!spreads.TryGetValue(named, out EcmpSpread? spread))
        {
            spread = SpreadOver([.. Enumerable.Range(0, _candidates.Length).Where(ServesAnyPort).Concat(named).Order()]);
            spreads.Add(named, spread);
        }

        return spread;
    }

    // Where all are draining they take new flows again (semantics, section 8).
    private EcmpSpread SpreadOver(int[] serving)
    {
        int[] ready = [.. serving.Where(i => !_members[i].Draining)];
        int[] taking = ready.Length > 0 ? ready : serving;
        uint[] identities = [.. taking.Select(i => _members[i].Identity)];
        uint[] weights = [.. taking.Select(i => Math.Max(_candidates[i].Spec.Weight, 1))];
        return new EcmpSpread(identities, weights);
    }

    private bool ServesAnyPort(int member) => _candidates[member].Spec.Ports.Count == 0;
}
