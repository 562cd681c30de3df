using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Services;

/// <summary>A service: one address, that a group of tunnels serves, and many clients behind one tenant's vif.</summary>
internal static class ServiceSite
{
    private static readonly IpAddress s_service = IpAddress.FromIpv4(0x0AA7_5754);     // 10.167.87.84
    private static readonly NextHopId s_group = new(2000);

    /// <summary>All that a data plane is to know; <paramref name="members"/> serve.</summary>
    public static Transaction With(int flows, IEnumerable<EcmpMember> members)
    {
        Transaction site = Site.WithTunnels(EncapsulationKind.Vxlan).WithGroups(flows).WithAnySource();
        site.NextHops.Add(Group(members));
        site.Routes.Add(new Route(Site.Tenants, IpPrefix.Host(s_service), s_group));
        return site;
    }

    /// <summary>The group, when <paramref name="members"/> serve.</summary>
    public static EcmpNextHop Group(IEnumerable<EcmpMember> members) => new(s_group) { Members = [.. members] };

    /// <summary>A member: one for each node.</summary>
    public static EcmpMember Member(int node, uint weight = 1) => new(Site.TunnelTo(node)) { Weight = weight };

    /// <summary>The frame of a flow: from 65,536 clients, and from more and more ports of theirs, to the service.</summary>
    public static void Write(Span<byte> frame, int flow)
    {
        FrameWriter.Write(frame, new EthernetHeader(Site.VirtualMac, Site.ClientMac, EtherType.Ipv4));
        FrameWriter.WriteIpv4Packet(frame[EthernetHeader.Size..], flow, ClientOf(flow), s_service, Site.ServicePort);
    }

    /// <summary>The flow of a frame that has left, and the node that it has left for.</summary>
    public static (int Flow, int Node) Read(ReadOnlySpan<byte> frame)
    {
        const int inner = Outer.VxlanSize + EthernetHeader.Size;

        IpAddress node = FrameReader.DestinationOf(frame[EthernetHeader.Size..]).Address;
        (IpAddress client, ushort port) = FrameReader.SourceOf(frame[inner..]);
        return (FlowTurns.FlowOf((ushort)client.Ipv4, port), (int)(node.Ipv4 - Site.NodeAddress(0).Ipv4));
    }

    /// <summary>Lets the tenant be a router: any source may come from it.</summary>
    public static Transaction WithAnySource(this Transaction site)
    {
        int client = site.Vifs.FindIndex(vif => vif.Id == Site.Client);
        site.Vifs[client] = site.Vifs[client] with { SourceCheckDisabled = true };
        return site;
    }

    // 10.64.0.0 and on.
    private static IpAddress ClientOf(int flow) => Site.Destination(flow);
}
