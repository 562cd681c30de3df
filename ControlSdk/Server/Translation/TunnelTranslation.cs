using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Tunnel next hops, both ways. The two enums of encapsulations have equal numbers.</summary>
internal static class TunnelTranslation
{
    public static TunnelNextHop Read(NextHopId id, V1.NextHop.Types.Tunnel tunnel, ObjectScope scope)
    {
        IpAddress destination = scope.Address("tunnel.destination", tunnel.Destination);
        IpAddress? source = scope.OptionalAddress("tunnel.source", tunnel.Source);

        return new TunnelNextHop(id, ReadEncapsulation(tunnel, scope), destination)
        {
            // Beside a stand-in for the destination, the source would only seem to be of another family.
            Source = destination.IsUnspecified ? null : source,
            Label = tunnel.Label,
            Mac = scope.OptionalMac("tunnel.mac", tunnel.Mac),
        };
    }

    public static V1.NextHop.Types.Tunnel Write(TunnelNextHop tunnel) => new()
    {
        Encapsulation = (V1.Encapsulation)tunnel.Encapsulation,
        Source = OptionalText.Of(tunnel.Source),
        Destination = tunnel.Destination.ToString(),
        Label = tunnel.Label,
        Mac = OptionalText.Of(tunnel.Mac),
    };

    private static EncapsulationKind ReadEncapsulation(V1.NextHop.Types.Tunnel tunnel, ObjectScope scope)
    {
        if (tunnel.Encapsulation is V1.Encapsulation.Unspecified || !Enum.IsDefined(tunnel.Encapsulation))
        {
            scope.Add("tunnel.encapsulation", "is none of VXLAN, MPLS_OVER_UDP, MPLS_OVER_GRE");
            return EncapsulationKind.None;
        }

        return (EncapsulationKind)tunnel.Encapsulation;
    }
}
