namespace VRouter.Forwarding;

/// <summary>The port mappings of a floating IP, each way.</summary>
/// <param name="Inbound">The guest's port behind a port of the floating IP, for a vif or for any.</param>
/// <param name="Outbound">The floating IP's port in front of a guest's, for a vif or for any; of several the lowest.</param>
/// <param name="Forwards">Where ports lead that no member has.</param>
internal sealed record FloatingIpPorts(PortTable<ushort> Inbound, PortTable<ushort> Outbound, PortTable<PortForwardState> Forwards)
{
    public static FloatingIpPorts Of(FloatingIp spec, Func<VifId, ushort> vifOf, Func<VrfId, int> vrfOf)
    {
        Dictionary<PortKey, ushort> inbound = [], outbound = [];
        Dictionary<PortKey, PortForwardState> forwards = [];

        foreach (PortMapping mapping in spec.PortMappings.OrderBy(mapping => mapping.SourcePort))
        {
            if (mapping.Forward is { } forward)
            {
                forwards[new PortKey(mapping.Protocol, mapping.SourcePort)] = new PortForwardState(vrfOf(forward.Vrf), forward.Address, mapping.DestinationPort, forward.TranslateSource);
                continue;
            }

            foreach (ushort vif in mapping.Vifs.Count == 0 ? [0] : mapping.Vifs.Select(vifOf))
            {
                inbound[new PortKey(mapping.Protocol, mapping.SourcePort, vif)] = mapping.DestinationPort;
                outbound.TryAdd(new PortKey(mapping.Protocol, mapping.DestinationPort, vif), mapping.SourcePort);
            }
        }

        return new FloatingIpPorts(new PortTable<ushort>(inbound), new PortTable<ushort>(outbound), new PortTable<PortForwardState>(forwards));
    }
}
