using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Where the packets of an end come in to a node and go out of it: a vif of its own, the underlay as it is, or a peer's tunnel.</summary>
/// <param name="Vif">The vif.</param>
/// <param name="Kind">The tunnel; null = none.</param>
/// <param name="Peer">The tunnel's far end.</param>
/// <param name="In">The label or VNI that its packets come under.</param>
/// <param name="Out">The label or VNI that packets to it leave under.</param>
internal sealed record Door(uint Vif, EncapsulationKind? Kind = null, string Peer = "", uint In = 0, uint Out = 0)
{
    public static readonly Door Underlay = new(Lab.Fabric);

    public static readonly Door Host = new(Lab.Host);

    public static Door Tenant(uint vif = Lab.Tenant) => new(vif);

    public static Door Vni(uint vni = Lab.Vni, string peer = "192.0.2.2") => new(Lab.Fabric, EncapsulationKind.Vxlan, peer, vni, vni);

    public static Door Label(uint comes, uint leaves, string peer = "192.0.2.2") => new(Lab.Fabric, EncapsulationKind.MplsOverUdp, peer, comes, leaves);

    /// <summary>A packet of the end's as it comes in.</summary>
    public byte[] Frame(byte[] packet) => Vif switch
    {
        Lab.Fabric when Kind is { } kind => Lab.FromPeer(Craft.Tunnelled(kind, Peer, Lab.Endpoint(Peer.Contains(':', StringComparison.Ordinal)), In, packet)),
        Lab.Fabric => Lab.FromPeer(packet),
        Lab.Host => Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, packet),
        _ => Lab.FromTenant(packet, Vif),
    };

    /// <summary>The only packet that was sent anywhere: it went out here.</summary>
    public byte[] Taken(Node node)
    {
        List<(uint Vif, byte[] Packet)> sent = node.SentAnywhere();
        Assert.That(sent.Select(item => item.Vif), Is.EqualTo(new[] { Vif }), $"where to; the latest drop: {node.LastDrop}");
        return PacketIn(sent[0].Packet);
    }

    /// <summary>The packet in a frame that went out here.</summary>
    public byte[] PacketIn(byte[] frame)
    {
        if (Kind is not { } kind)
        {
            return frame[EthernetHeader.Size..];
        }

        Tunnelled tunnelled = Tunnelled.Read(frame);
        Assert.That((tunnelled.Headers.Kind, tunnelled.Headers.Label, Destination(frame)), Is.EqualTo((kind, Out, Node.Ip(Peer))), "the tunnel");
        return tunnelled.Inner;
    }

    private static IpAddress Destination(byte[] frame) => frame[14] >> 4 == 6
        ? Headers.At<Ipv6Header>(ref frame[14], 0).Destination
        : IpAddress.FromIpv4(Headers.At<Ipv4Header>(ref frame[14], 0).Destination);
}
