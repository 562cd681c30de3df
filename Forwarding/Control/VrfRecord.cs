using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>A configured VRF and what the control side keeps with it.</summary>
internal sealed class VrfRecord(Vrf spec, int index, RouteTable routes)
{
    /// <summary>VRF 0 as it is when nobody has said otherwise.</summary>
    public static readonly Vrf Underlay = new(default(VrfId)) { Name = "underlay" };

    public Vrf Spec { get; set; } = spec;

    public int Index => index;

    public RouteTable Routes => routes;

    /// <summary>The generation that becomes <see cref="VrfState.WideGeneration"/>.</summary>
    public uint WideGeneration { get; set; }

    /// <summary>Its vifs by id.</summary>
    public SortedList<uint, VifRecord> Vifs { get; } = [];

    /// <summary>The first gateway of the lowest vif that has one: the source of errors about packets from the fabric.</summary>
    public IpAddress? GatewayIpv4 { get; private set; }

    /// <summary>The same for IPv6.</summary>
    public IpAddress? GatewayIpv6 { get; private set; }

    /// <summary>Looks for the gateways again; true when one is another than before.</summary>
    public bool FindGateways()
    {
        (IpAddress?, IpAddress?) before = (GatewayIpv4, GatewayIpv6);
        GatewayIpv4 = FindGateway(isIpv6: false);
        GatewayIpv6 = FindGateway(isIpv6: true);
        return (GatewayIpv4, GatewayIpv6) != before;
    }

    private IpAddress? FindGateway(bool isIpv6)
    {
        foreach (VifRecord vif in Vifs.Values)
        {
            foreach (IpAddress gateway in vif.Spec.Gateways)
            {
                if (gateway.IsIpv6 == isIpv6)
                {
                    return gateway;
                }
            }
        }

        return null;
    }

    /// <summary>The floating IPs that are reached in it.</summary>
    public HashSet<FloatingIpRecord> FloatingIps { get; } = [];

    /// <summary>The source NATs for what leaves it, by number.</summary>
    public SourceNatState[] SourceNats { get; set; } = [];

    /// <summary>The generation that becomes <see cref="VrfState.SourceNatGeneration"/>.</summary>
    public uint SourceNatGeneration { get; set; }

    /// <summary>Vifs, VNIs, next hops, floating IPs, each of their forwarding mappings, source NATs on either side, and configured routes that name it.</summary>
    public int Users { get; set; }
}
