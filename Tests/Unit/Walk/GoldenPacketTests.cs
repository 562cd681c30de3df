using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Tungsten Fabric's own packets through the whole walk (semantics, section 9).</summary>
[TestFixture]
public sealed class GoldenPacketTests
{
    [TestCase(EncapsulationKind.MplsOverUdp)]
    [TestCase(EncapsulationKind.MplsOverGre)]
    public void LeavesInItsTunnelByteForByte(EncapsulationKind encapsulation)
    {
        using Node node = Sender(encapsulation);

        node.Receive(2, GoldenPackets.FromTenant);

        byte[]? sent = node.Sent(1);
        Assert.That(sent, Is.Not.Null, node.LastDrop.ToString());
        Assert.That(WithoutWhatVaries(sent), Is.EqualTo(WithoutWhatVaries(Tunnelled(encapsulation))));
    }

    [TestCase(EncapsulationKind.MplsOverUdp)]
    [TestCase(EncapsulationKind.MplsOverGre)]
    public void ComesOutOfItsTunnelAsItWentInButForTheTtl(EncapsulationKind encapsulation)
    {
        using Node node = Receiver(encapsulation);

        node.Receive(1, Tunnelled(encapsulation));

        byte[]? sent = node.Sent(2);
        Assert.That(sent, Is.Not.Null, node.LastDrop.ToString());
        byte[] inner = GoldenPackets.FromTenant[14..];
        inner[8]--;
        inner[10]++;
        Assert.That(sent![14..], Is.EqualTo(inner));
    }

    private static byte[] Tunnelled(EncapsulationKind encapsulation) =>
        encapsulation == EncapsulationKind.MplsOverUdp ? GoldenPackets.MplsOverUdp : GoldenPackets.MplsOverGre;

    private static byte[] WithoutWhatVaries(byte[] packet)
    {
        byte[] copy = [.. packet];
        Array.Clear(copy, 14 + 4, 2);
        Array.Clear(copy, 14 + 10, 2);

        if (copy[14 + 9] == 17)
        {
            Array.Clear(copy, 14 + 20, 2);
        }

        return copy;
    }

    private static Node Sender(EncapsulationKind encapsulation) => new Node().Apply(new Transaction
    {
        Settings = new Settings { VirtualMac = Mac("de:ad:be:ef:00:01") },
        Vrfs = [new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 }],
        Vifs =
        [
            new Vif(new VifId(1), VifKind.Fabric) { Mac = Mac("de:ad:be:ef:00:02"), Addresses = [Prefix("1.1.2.2/8")] },
            new Vif(new VifId(2), VifKind.Tenant) { Mac = Mac("de:ad:be:ef:00:02"), Vrf = new VrfId(1), Addresses = [Prefix("1.1.1.1")] },
        ],
        NextHops =
        [
            new TunnelNextHop(new NextHopId(1), encapsulation, Ip("2.2.1.1")),
            new VifNextHop(new NextHopId(2), new VifId(1)) { Mac = Mac("de:ad:be:ef:00:01") },
        ],
        Routes =
        [
            new Route(new VrfId(1), Prefix("2.2.2.2/32"), new NextHopId(1)) { Label = 48 },
            new Route(new VrfId(0), Prefix("2.2.1.1/32"), new NextHopId(2)),
        ],
    });

    private static Node Receiver(EncapsulationKind encapsulation) => new Node().Apply(new Transaction
    {
        Vrfs = [new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 }],
        Vifs =
        [
            new Vif(new VifId(1), VifKind.Fabric) { Mac = Mac("de:ad:be:ef:00:01"), Addresses = [Prefix("2.2.1.1/8")] },
            new Vif(new VifId(2), VifKind.Tenant) { Mac = Mac("de:ad:be:ef:00:03"), Vrf = new VrfId(1), Addresses = [Prefix("2.2.2.2")], Label = new MplsLabel(48) },
        ],
        NextHops =
        [
            new TunnelNextHop(new NextHopId(1), encapsulation, Ip("1.1.2.2")),
            new VifNextHop(new NextHopId(2), new VifId(1)) { Mac = Mac("de:ad:be:ef:00:02") },
        ],
        Routes =
        [
            new Route(new VrfId(1), Prefix("1.1.1.1/32"), new NextHopId(1)) { Label = 17 },
            new Route(new VrfId(0), Prefix("1.1.2.2/32"), new NextHopId(2)),
        ],
    });
}
