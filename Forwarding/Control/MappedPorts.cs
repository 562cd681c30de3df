namespace VRouter.Forwarding;

/// <summary>Which ports of a floating IP are mapped, for whom and by which mapping: (protocol, source port, vif) is unique.</summary>
internal sealed class MappedPorts
{
    private readonly Dictionary<(byte Protocol, ushort Port), int> _ports = [];
    private readonly Dictionary<(byte Protocol, ushort Port, VifId Vif), int> _vifs = [];

    /// <summary>Adds the mapping of this place, and answers the place of one that maps the port for one of the same vifs; -1 = there is none.</summary>
    public int Add(PortMapping mapping, int place)
    {
        bool isForAll = mapping.Vifs.Count == 0;
        int before = isForAll ? _ports.GetValueOrDefault((mapping.Protocol, mapping.SourcePort), -1) : Find(mapping, default);

        foreach (VifId vif in isForAll ? [default] : mapping.Vifs)
        {
            before = before < 0 ? Find(mapping, vif) : before;
            _vifs.TryAdd((mapping.Protocol, mapping.SourcePort, vif), place);
        }

        _ports.TryAdd((mapping.Protocol, mapping.SourcePort), place);
        return before;
    }

    // Vif 0: one for all members.
    private int Find(PortMapping mapping, VifId vif) => _vifs.GetValueOrDefault((mapping.Protocol, mapping.SourcePort, vif), -1);
}
