using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Flows of what is not TCP: what makes one, what answers it, and how long it lives (semantics, section 4).</summary>
[TestFixture]
public sealed class ProtocolsTests
{
    [TestCase(IpProtocol.Udp, 120)]
    [TestCase(IpProtocol.Sctp, 120)]
    [TestCase(IpProtocol.Icmp, 30)]
    [TestCase(IpProtocol.Gre, 120)]
    public void LiveByUse(byte protocol, int seconds)
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Remote(node);
        Assert.That(dialogue.Send(PacketOf(dialogue, protocol, isBack: false)), Is.EqualTo(DropReason.None));
        node.Wait(seconds - 5);
        Assert.That(dialogue.Answer(PacketOf(dialogue, protocol, isBack: true)), Is.EqualTo(DropReason.None));
        node.Wait(seconds - 5);
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 1 }), "an answer is use");
        node.Wait(6);

        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void LiveWithoutAnAnswerAsLong()
    {
        using Node node = Lab.Start();
        Dialogue.Remote(node).SendUdp();

        node.Wait(119);
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
        node.Wait(2);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void LiveAsLongWhereTheClockTurns()
    {
        using Node node = Lab.Start();
        node.Clock.Advance(TimeSpan.FromMilliseconds(uint.MaxValue - 60_000.0));
        node.Settle();
        Dialogue.Remote(node).SendUdp();

        node.Wait(119);
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
        Assert.That(node.Flows()[0].LastSeen, Is.EqualTo(node.Clock.GetUtcNow().AddSeconds(-119)));
        node.Wait(2);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void TakeAHalfOpenConnectionAwaySoon()
    {
        using Node node = Lab.Start();
        Dialogue.Remote(node).Send(TcpFlags.Syn, 1);

        node.Wait(19);
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
        node.Wait(2);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void TakeOtherTimesFromTheSettings()
    {
        using Node node = Lab.Start();
        Dialogue.Remote(node).SendUdp();
        node.Apply(new Transaction { Settings = new Settings { FlowTimeouts = new() { Udp = TimeSpan.FromSeconds(3) } } });

        node.Wait(6);
        Assert.That(node.Flows(), Is.Empty);
        Dialogue.Remote(node).SendUdp();
        node.Wait(2.5);
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
        node.Wait(0.6);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void AreOneFlowForAnEchoAndItsReplies([Values] bool isIpv6, [Values] bool isRemote)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = isRemote ? Dialogue.Remote(node, isIpv6) : Dialogue.Local(node, isIpv6);

        dialogue.Send(Craft.Echo(dialogue.Client.Address, dialogue.Server.Address));
        dialogue.Answer(Craft.Icmp(dialogue.Server.Address, dialogue.Client.Address, isIpv6 ? Icmpv6Type.EchoReply : IcmpType.EchoReply, 0, 0x0007_0001, Craft.Payload));

        FlowRecord[] flows = node.Flows();
        Assert.That(flows.Select(flow => (flow.Key.SourcePort, flow.Key.DestinationPort, flow.Packets)), Is.EqualTo(new[] { (7, 0, 1), (7, 0, 1) }));
    }

    [Test]
    public void AreTheSameOverTaggedPorts()
    {
        const ushort vlan = 12;
        using Node node = Lab.Start(vlan: vlan);
        byte[] there = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3"), vlan: vlan), back = Lab.FromTenant(Craft.Udp("10.1.0.3", "10.1.0.2", from: 2000, to: 1000), Lab.Neighbour, vlan);

        node.Receive(Lab.Tenant, there);
        node.Receive(Lab.Neighbour, back);

        node.SentOnce(Lab.Neighbour);
        node.SentOnce(Lab.Tenant);
        Assert.That(node.Flows().Select(flow => (flow.Packets, flow.Bytes)), Is.EqualTo(new[] { (1ul, (ulong)there.Length), (1ul, (ulong)back.Length) }));
    }

    [Test]
    public void TellEchoesApartByIdentifier()
    {
        using Node node = Lab.Start();

        for (uint i = 1; i <= 3; i++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Icmp("10.1.0.2", "10.2.0.2", IcmpType.Echo, 0, i << 16, Craft.Payload)));
        }

        Assert.That(node.Flows(), Has.Length.EqualTo(6));
    }

    [Test]
    public void AreOneFlowForAllOfAProtocolWithoutPorts()
    {
        using Node node = Lab.Start();

        for (byte i = 1; i <= 3; i++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Ip("10.1.0.2", "10.2.0.2", IpProtocol.Gre, [i, i, i, i, i, i, i, i])));
        }

        Assert.That(node.Flows().Select(flow => (flow.Key.SourcePort, flow.Packets)), Is.EqualTo(new[] { (0, 3), (0, 0) }));
    }

    [Test]
    public void CountPacketsAndBytesOfEachDirection([Values] bool isRemote)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = isRemote ? Dialogue.Remote(node) : Dialogue.Local(node);
        ulong there = 0, back = 0;

        for (int i = 1; i <= 5; i++)
        {
            dialogue.SendUdp(new byte[i * 10]);
            dialogue.AnswerUdp(new byte[i * 7]);
            there += (ulong)dialogue.Client.FrameOf(dialogue.Udp(new byte[i * 10])).Length;
            back += (ulong)dialogue.Server.FrameOf(dialogue.UdpBack(new byte[i * 7])).Length;
        }

        Assert.That(node.Flows().Select(flow => (flow.Packets, flow.Bytes)), Is.EqualTo(new[] { (5ul, there), (5ul, back) }));
    }

    [Test]
    public void CountAPacketThatWaitsForANeighbourOnce([Values(1, 3)] int packets)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.MplsOverGre, Node.Ip("192.0.2.5")) { Label = 77 }], Routes = [Lab.Route(1, "10.3.0.0/16", 11)] });
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.3.0.1"));

        for (int i = 0; i < packets; i++)
        {
            node.Receive(Lab.Tenant, frame);
        }

        node.SentAnywhere();
        node.Receive(Lab.Fabric, Craft.Ethernet(Lab.FabricMac, Lab.PeerMac, Craft.Arp(2, Lab.PeerMac, "192.0.2.5", "192.0.2.1", Lab.FabricMac), EtherType.Arp));

        Assert.That(node.SentAll(Lab.Fabric), Has.Count.EqualTo(packets));
        Assert.That(node.Flows().Select(flow => (flow.Packets, flow.Bytes)), Is.EqualTo(new[] { ((ulong)packets, (ulong)(packets * frame.Length)), (0ul, 0ul) }));
    }

    [Test]
    public void MakeNoFlowOfWhatIsNone()
    {
        using Node node = Lab.Start();
        string own = Lab.TenantMac(Lab.Tenant);

        node.Receive(Lab.Tenant, Craft.Ethernet("ff:ff:ff:ff:ff:ff", own, Craft.Arp(1, own, "10.1.0.2", "10.1.0.1"), EtherType.Arp));
        node.Receive(Lab.Tenant, Craft.Ethernet("33:33:ff:00:00:01", own, Craft.Neighbour("fd01::2", "ff02::1:ff00:1", Icmpv6Type.NeighbourSolicitation, "fd01::1", mac: own)));
        node.Receive(Lab.Tenant, Craft.Ethernet("ff:ff:ff:ff:ff:ff", own, Craft.Udp("0.0.0.0", "255.255.255.255", from: 68, to: 67)));
        node.Receive(Lab.Tenant, Craft.Ethernet("01:00:5e:00:00:05", own, Craft.Udp("10.1.0.2", "224.0.0.5")));
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Echo("10.1.0.2", "10.1.0.1")));
        node.Receive(Lab.Host, Craft.Ethernet(Lab.PeerMac, Lab.HostMac, Craft.Udp(Lab.Endpoint(false), Lab.Peer(false))));
        node.Receive(Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, Craft.Udp(Lab.Endpoint(false), Lab.Peer(false))));
        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Udp(Lab.Peer(false), Lab.Endpoint(false), from: 53, to: 1000)));

        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void MakeFlowsBetweenTheNodeAndATenant()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new VrfNextHop(new NextHopId(21), default)], Routes = [Lab.Route(0, "10.1.0.0/24", 20), Lab.Route(1, "192.0.2.1/32", 21)] });

        node.Receive(Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, Craft.Udp(Lab.Endpoint(false), "10.1.0.2")));
        node.SentOnce(Lab.Tenant);
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", Lab.Endpoint(false), from: 2000, to: 1000)));
        node.SentOnce(Lab.Host);

        Assert.That(node.Flows().Select(flow => (flow.Key.Vif.Value, flow.Packets)), Is.EqualTo(new[] { (Lab.Host, 1), (Lab.Tenant, 1) }));
    }

    [Test]
    public void EndWithAnInterfaceOfTheirs([Values(Lab.Tenant, Lab.Neighbour)] uint gone, [Values(1, 3)] int workers)
    {
        using Node node = Lab.Start(options: new DataPlaneOptions { Frames = 4096, FlowEvents = true, Workers = workers });
        Dialogue.Local(node).SendUdp();
        Dialogue.Remote(node).SendUdp();
        (Dialogue.Remote(node) with { Client = End.Neighbour() }).SendUdp();
        node.Plane.TakeFlowEvents();

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(gone))] });

        Assert.That(node.Flows(), Has.Length.EqualTo(2), "those that the others have with each other stay");
        Assert.That(node.Plane.TakeFlowEvents().Events.Select(item => item.Records[0].EndReason), Is.EqualTo(new[] { FlowEndReason.InterfaceRemoved, FlowEndReason.InterfaceRemoved }));
        Assert.That(node.Plane.ReadCounters().Flows, Is.EqualTo(2));
        node.Forget(gone);
    }

    private static byte[] PacketOf(Dialogue dialogue, byte protocol, bool isBack)
    {
        (string from, string to) = isBack ? (dialogue.Server.Address, dialogue.Client.Address) : (dialogue.Client.Address, dialogue.Server.Address);
        (ushort source, ushort destination) = isBack ? (dialogue.ServerPort, dialogue.ClientPort) : (dialogue.ClientPort, dialogue.ServerPort);

        return protocol switch
        {
            IpProtocol.Udp => Craft.Udp(from, to, from: source, to: destination),
            IpProtocol.Sctp => Craft.Sctp(from, to, source, destination),
            IpProtocol.Icmp => Craft.Icmp(from, to, isBack ? IcmpType.EchoReply : IcmpType.Echo, 0, 0x0007_0001, Craft.Payload),
            _ => Craft.Ip(from, to, protocol, new byte[20]),
        };
    }
}
