using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Whose packets a flow record is about. Addresses and ports as the packets have them when they come in.</summary>
/// <param name="Vrf">The VRF they come in to.</param>
/// <param name="Source">Where they come from.</param>
/// <param name="Destination">Where they go to.</param>
/// <param name="Protocol">The transport protocol (IANA number).</param>
/// <param name="SourcePort">The source port, or the identifier of an ICMP echo, both ways; 0 where there is none.</param>
/// <param name="DestinationPort">The destination port; 0 where there is none, and for ICMP.</param>
/// <param name="Vif">The local end: where they come in, or, from the fabric, the vif that they go to; 0 in transit.</param>
public readonly record struct FlowRecordKey(
    VrfId Vrf, IpAddress Source, IpAddress Destination, byte Protocol, ushort SourcePort, ushort DestinationPort, VifId Vif)
{
    /// <summary>For people: <c>10.0.0.1:49152 > 10.0.0.2:80 protocol 6 in vrf 1 at interface 3</c>.</summary>
    public override string ToString() =>
        $"{Source}:{SourcePort} > {Destination}:{DestinationPort} protocol {Protocol} in vrf {Vrf}{(Vif.Value == 0 ? "" : $" at interface {Vif}")}";
}
