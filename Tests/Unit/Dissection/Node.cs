using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Dissection;

/// <summary>A data plane with an underlay of both families, one guest, and a remote network behind each kind of tunnel.</summary>
internal sealed class Node : IDisposable
{
    public static readonly MacAddress FabricMac = MacAddress.Parse("02:00:00:00:00:01");
    public static readonly MacAddress PeerMac = MacAddress.Parse("02:00:00:00:00:02");
    public static readonly MacAddress GuestMac = MacAddress.Parse("02:00:00:00:01:01");
    public static readonly MacAddress VirtualMac = new Settings().VirtualMac;

    private readonly DataPlane _plane = new(new DataPlaneOptions { Frames = 4096, OpenPorts = false });

    public Node()
    {
        ApplyResult result = _plane.Apply(Configuration());
        Assert.That(result.Problems, Is.Empty);

        _plane.Attach(new VifId(1), Fabric = new MemoryPort(_plane.Frames));
        _plane.Attach(new VifId(2), Guest = new MemoryPort(_plane.Frames));
    }

    public MemoryPort Fabric { get; }

    public MemoryPort Guest { get; }

    /// <summary>Has the guest send an IP packet to the gateway; says what goes out, the neighbours' answers given.</summary>
    public List<byte[]> Send(byte[] ip) => Exchange(Guest, Wire.Ethernet(VirtualMac, GuestMac, ip[0] >> 4 == 4 ? EtherType.Ipv4 : EtherType.Ipv6, ip));

    /// <summary>Delivers a frame; says what goes out at both ports but questions for the peer's MAC, which are answered.</summary>
    public List<byte[]> Exchange(MemoryPort port, byte[] frame)
    {
        Assert.That(port.TryDeliver(frame));
        _plane.Step();

        List<byte[]> sent = [.. Collect(Guest), .. Collect(Fabric)];

        foreach (byte[] question in sent.Where(IsQuestion).ToList())
        {
            sent.Remove(question);
            Questions.Add(question);
            Assert.That(Fabric.TryDeliver(Answer(question)));
        }

        _plane.Step();
        sent.AddRange(Collect(Fabric));
        Assert.That(_plane.ReadCounters().IsBalanced);
        return sent;
    }

    /// <summary>The ARP and neighbour solicitations that the data plane asked in its underlay.</summary>
    public List<byte[]> Questions { get; } = [];

    public void Dispose() => _plane.Dispose();

    private static Transaction Configuration() => new()
    {
        Vrfs = { new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 } },
        Vifs =
        {
            new Vif(new VifId(1), VifKind.Fabric) { Mac = FabricMac, Addresses = [IpPrefix.Parse("192.0.2.1/24"), IpPrefix.Parse("2001:db8::1/64")] },
            new Vif(new VifId(2), VifKind.Tenant)
            {
                Mac = GuestMac,
                Vrf = new VrfId(1),
                Addresses = [IpPrefix.Parse("10.0.0.1/32"), IpPrefix.Parse("fd00::1/128")],
                Gateways = [IpAddress.Parse("10.0.0.254"), IpAddress.Parse("fd00::fe")],
                Mtu = 9000,
                Label = new MplsLabel(16),
            },
        },
        NextHops =
        {
            new TunnelNextHop(new NextHopId(1), EncapsulationKind.Vxlan, IpAddress.Parse("192.0.2.2")) { Label = 5001 },
            new TunnelNextHop(new NextHopId(2), EncapsulationKind.MplsOverUdp, IpAddress.Parse("192.0.2.2")) { Label = 17 },
            new TunnelNextHop(new NextHopId(3), EncapsulationKind.MplsOverGre, IpAddress.Parse("192.0.2.2")) { Label = 18 },
            new TunnelNextHop(new NextHopId(4), EncapsulationKind.Vxlan, IpAddress.Parse("2001:db8::2")) { Label = 5001 },
            new TunnelNextHop(new NextHopId(5), EncapsulationKind.MplsOverUdp, IpAddress.Parse("2001:db8::2")) { Label = 17 },
            new TunnelNextHop(new NextHopId(6), EncapsulationKind.MplsOverGre, IpAddress.Parse("2001:db8::2")) { Label = 18 },
        },
        Routes = [.. Enumerable.Range(1, 6).SelectMany(Routes)],
    };

    private static IEnumerable<Route> Routes(int nextHop) =>
    [
        new(new VrfId(1), IpPrefix.Parse($"10.{nextHop}.0.0/16"), new NextHopId((uint)nextHop)),
        new(new VrfId(1), IpPrefix.Parse($"fd0{nextHop}::/16"), new NextHopId((uint)nextHop)),
    ];

    private static List<byte[]> Collect(MemoryPort port)
    {
        var sent = new List<byte[]>();

        while (port.TryCollect(out byte[] frame))
        {
            sent.Add(frame);
        }

        return sent;
    }

    private static bool IsQuestion(byte[] frame) => IsArp(frame) && frame[21] == ArpHeader.Request || IsSolicitation(frame);

    private static bool IsArp(byte[] frame) => frame[12] == 0x08 && frame[13] == 0x06;

    private static bool IsSolicitation(byte[] frame) => frame[12] == 0x86 && frame[20] == IpProtocol.Icmpv6 && frame[54] == Icmpv6Type.NeighbourSolicitation;

    private static byte[] Answer(byte[] question) => IsArp(question)
        ? Wire.ArpReply(PeerMac, IpAddress.Parse("192.0.2.2"), FabricMac, IpAddress.Parse("192.0.2.1"))
        : Wire.Advertisement(PeerMac, IpAddress.Parse("2001:db8::2"), FabricMac, IpAddress.Parse("2001:db8::1"));
}
