using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>A node whose tenant has a floating IP that somebody approaches: see <see cref="Approach"/>.</summary>
internal sealed class Approaching : IDisposable
{
    private readonly bool _isIpv6;

    public Approaching(Approach approach, bool isIpv6 = false, DataPlaneOptions? options = null, int queues = 0)
    {
        _isIpv6 = isIpv6;
        bool byLabel = approach is Approach.VrfLabel or Approach.VifLabel;
        HopsThere = approach == Approach.VifLabel ? 0 : 1;
        Node = Scene.Start(byLabel ? EncapsulationKind.MplsOverUdp : EncapsulationKind.Vxlan, options, queues);

        (Vrf, Client) = approach switch
        {
            Approach.Vni => (Scene.Public, Scene.Outside(1000, isIpv6)),
            Approach.VrfLabel => (Scene.Public, Scene.Outside(1000, isIpv6) with { Door = Door.Label(Scene.PublicLabel, Scene.PeersLabel) }),
            Approach.VifLabel => (Scene.Public, Scene.Outside(1000, isIpv6) with { Door = Door.Label(Lab.VifLabel, Scene.PeersLabel) }),
            Approach.Tenant => (2u, Scene.Tenant(1000, isIpv6, Lab.Neighbour) with { Door = Door.Tenant(Lab.Other) }),
            _ => (0u, new Side(Door.Underlay, Scene.Stranger(isIpv6), 1000)),
        };
    }

    public Node Node { get; }

    public uint Vrf { get; }

    public Side Client { get; }

    public int HopsThere { get; }

    public string Address => Scene.Floating(_isIpv6);

    /// <summary>The floating IP, for the tenant.</summary>
    public FloatingIp FloatingIp => Scene.Float(Vrf, Address, Lab.Tenant);

    /// <summary>Applies it, and a route to the tenant.</summary>
    public Node Apply(FloatingIp floatingIp)
    {
        Node.Apply(floatingIp);
        return Node.Routes(Vrf, Address, Scene.ToTenant);
    }

    /// <summary>The client calls the floating IP, and the tenant serves it.</summary>
    public Exchange Call(byte protocol, ushort port, ushort guestPort) =>
        Exchange.To(Node, protocol, Client, Address, port, Scene.Tenant(protocol == IpProtocol.Icmp ? (ushort)0 : guestPort, _isIpv6)) with { HopsThere = HopsThere };

    public void Dispose() => Node.Dispose();
}
