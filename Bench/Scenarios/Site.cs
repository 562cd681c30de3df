using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>
/// The place all scenarios play in: a node with one FABRIC and two TENANT vifs, other nodes behind a gateway, and as
/// many destinations as are asked for.
/// </summary>
internal static class Site
{
    /// <summary>Other nodes, each with a tunnel to it.</summary>
    public const int Nodes = 256;

    public static readonly VifId Fabric = new(1);
    public static readonly VifId Client = new(2);
    public static readonly VifId Server = new(3);

    public static readonly MacAddress VirtualMac = new Settings().VirtualMac;
    public static readonly MacAddress FabricMac = new(0x0200_0000_0001);
    public static readonly MacAddress ClientMac = new(0x0200_0000_0002);
    public static readonly MacAddress ServerMac = new(0x0200_0000_0003);
    public static readonly MacAddress GatewayMac = new(0x0200_0000_00FE);

    public static readonly VrfId Tenants = new(1);
    public static readonly Vni Vni = new(5001);
    public static readonly MplsLabel ClientLabel = new(100);

    public static readonly IpAddress FabricAddress = IpAddress.FromIpv4(0xAC10_0001);   // 172.16.0.1
    public static readonly IpAddress ClientAddress = IpAddress.FromIpv4(0x0A00_0002);   // 10.0.0.2
    public static readonly IpAddress ClientIpv6Address = IpAddress.FromIpv6(0xFD00_0000_0000_0000, 2);  // fd00::2
    public static readonly IpAddress GatewayAddress = IpAddress.FromIpv4(0xAC10_00FE);  // 172.16.0.254
    public static readonly IpAddress ServerAddress = IpAddress.FromIpv4(0x0A00_0003);   // 10.0.0.3

    /// <summary>The UDP port that everybody sends to: echo's.</summary>
    public const ushort ServicePort = 7;

    public static readonly NextHopId ToServer = new(3);

    private static readonly NextHopId s_gateway = new(1);
    private static readonly NextHopId s_client = new(2);

    /// <summary>The address of a flow's destination: 10.64.0.0 and on.</summary>
    public static IpAddress Destination(int flow) => IpAddress.FromIpv4(0x0A40_0000u + FlowTurns.DestinationOf(flow));

    /// <summary>The IPv6 address of a flow's destination: fd40:: and on.</summary>
    public static IpAddress Ipv6Destination(int flow) => IpAddress.FromIpv6(0xFD40_0000_0000_0000, FlowTurns.DestinationOf(flow));

    /// <summary>Whom a flow from the fabric comes from: 10.32.0.0 and on, one address a node.</summary>
    public static IpAddress RemoteSource(int flow) => IpAddress.FromIpv4(0x0A20_0000u + (uint)NodeOf(flow));

    /// <summary>The node that a flow goes to or comes from.</summary>
    public static int NodeOf(int flow) => flow % Nodes;

    /// <summary>A node's tunnel endpoint: 172.17.0.0 and on.</summary>
    public static IpAddress NodeAddress(int node) => IpAddress.FromIpv4(0xAC11_0000u + (uint)node);

    /// <summary>The two tenants, in packet mode.</summary>
    public static Transaction WithTenants() => new()
    {
        Vrfs = { new Vrf(Tenants) { Name = "bench", ForwardingMode = ForwardingMode.L3 } },
        Vifs =
        {
            Tenant(Client, ClientMac, ClientAddress, ClientIpv6Address) with { Label = ClientLabel },
            Tenant(Server, ServerMac, ServerAddress),
        },
        NextHops = { new VifNextHop(s_client, Client), new VifNextHop(ToServer, Server) },
    };

    /// <summary>The tenants, the fabric and a tunnel to each node.</summary>
    public static Transaction WithTunnels(EncapsulationKind encapsulation)
    {
        Transaction site = WithTenants();

        site.Vifs.Add(new Vif(Fabric, VifKind.Fabric)
        {
            Name = "fabric",
            Mac = FabricMac,
            Addresses = [new IpPrefix(FabricAddress, 24)],
        });
        site.NextHops.Add(new VifNextHop(s_gateway, Fabric) { Mac = GatewayMac });
        site.Routes.Add(new Route(default, new IpPrefix(NodeAddress(0), 16), s_gateway));
        site.Vnis.Add(new VniEntry(Vni, Tenants));

        for (int node = 0; node < Nodes; node++)
        {
            site.NextHops.Add(new TunnelNextHop(TunnelTo(node), encapsulation, NodeAddress(node)) { Label = Vni.Value });
        }

        return site;
    }

    /// <summary>Takes the tenants out of packet mode: flows are kept, as many as are asked for, and judged by security groups.</summary>
    public static Transaction WithGroups(this Transaction site, int flows)
    {
        for (int i = 0; i < site.Vifs.Count; i++)
        {
            Vif vif = site.Vifs[i];
            site.Vifs[i] = vif.Kind != VifKind.Tenant ? vif
                : vif with { PolicyDisabled = false, SecurityGroups = [vif.Id == Client ? SiteGroups.Client : SiteGroups.Server] };
        }

        site.SecurityGroups.Add(SiteGroups.ClientWith(0));
        site.SecurityGroups.Add(SiteGroups.ServerGroup);
        site.Settings = SettingsFor(flows);
        return site;
    }

    /// <summary>Routes every destination to a tenant.</summary>
    public static Transaction RouteTo(this Transaction site, VifId vif, int flows)
    {
        for (int flow = 0; flow < FlowTurns.DestinationsOf(flows); flow++)
        {
            site.RouteTo(Destination(flow), vif);
        }

        return site;
    }

    /// <summary>Routes an address to a tenant.</summary>
    public static Transaction RouteTo(this Transaction site, IpAddress address, VifId vif)
    {
        site.Routes.Add(new Route(Tenants, IpPrefix.Host(address), vif == Client ? s_client : ToServer));
        return site;
    }

    /// <summary>Routes every destination to the node it is on.</summary>
    public static Transaction RouteToNodes(this Transaction site, int flows) => RouteToNodes(site, flows, Destination);

    /// <summary>Routes every destination to the node it is on.</summary>
    public static Transaction RouteToNodes(this Transaction site, int flows, Func<int, IpAddress> destination)
    {
        for (int flow = 0; flow < FlowTurns.DestinationsOf(flows); flow++)
        {
            site.Routes.Add(new Route(Tenants, IpPrefix.Host(destination(flow)), TunnelTo(NodeOf(flow))));
        }

        return site;
    }

    /// <summary>Routes every remote source to its node, so that what it sends is let in (reverse path).</summary>
    public static Transaction RouteSources(this Transaction site)
    {
        for (int node = 0; node < Nodes; node++)
        {
            site.Routes.Add(new Route(Tenants, IpPrefix.Host(RemoteSource(node)), TunnelTo(node)));
        }

        return site;
    }

    /// <summary>A tenant in packet mode.</summary>
    public static Vif Tenant(VifId id, MacAddress mac, params IpAddress[] addresses) => new(id, VifKind.Tenant)
    {
        Name = $"tenant{id}",
        Mac = mac,
        Vrf = Tenants,
        Addresses = [.. addresses.Select(IpPrefix.Host)],
        PolicyDisabled = true,
    };

    // Both directions count. None times out while something else is measured.
    private static Settings SettingsFor(int flows) => new()
    {
        MaxFlows = (uint)Math.Max(new Settings().MaxFlows, 2L * flows + flows / 4),
        FlowTimeouts = new FlowTimeouts { Udp = TimeSpan.FromHours(1) },
    };

    /// <summary>The tunnel to a node.</summary>
    public static NextHopId TunnelTo(int node) => new(1000u + (uint)node);
}
