using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>
/// What floating IPs and source NATs of VRF 0 have on the underlay, which a port that leaves the rest to the kernel takes from it too: a foreign
/// address as a whole, of this node's own addresses the ports that are mapped or given out. ICMP to those stays the kernel's.
/// </summary>
internal static class OwnedTraffic
{
    private static readonly byte[] s_withPorts = [IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp];

    internal static IEnumerable<(IpAddress Address, byte Protocol, ushort Port)> Of(Configuration configuration, IpAddress[] own)
    {
        foreach (FloatingIpRecord record in configuration.FloatingIps.Values)
        {
            if (record.Spec.Vrf == default)
            {
                foreach ((IpAddress, byte, ushort) taken in Of(record.Spec, own.Contains(record.Spec.Address)))
                {
                    yield return taken;
                }
            }
        }

        foreach (SourceNat nat in configuration.SourceNats.Values.Where(nat => nat.OutsideVrf == default))
        {
            foreach ((IpAddress, byte, ushort) taken in nat.Addresses.SelectMany(address => Of(nat, address, own.Contains(address))))
            {
                yield return taken;
            }
        }
    }

    private static IEnumerable<(IpAddress, byte, ushort)> Of(FloatingIp floating, bool isOwn) => isOwn && floating.PortMappings.Count > 0
        ? floating.PortMappings.Select(mapping => (floating.Address, mapping.Protocol, mapping.SourcePort))
        : [(floating.Address, (byte)0, (ushort)0)];

    private static IEnumerable<(IpAddress, byte, ushort)> Of(SourceNat nat, IpAddress address, bool isOwn) => isOwn
        ? s_withPorts.SelectMany(protocol => PortsOf(nat).Select(port => (address, protocol, port)))
        : [(address, (byte)0, (ushort)0)];

    private static IEnumerable<ushort> PortsOf(SourceNat nat) =>
        Enumerable.Range((int)nat.Ports.First, (int)(nat.Ports.Last - nat.Ports.First) + 1).Select(port => (ushort)port);
}
