using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>ICMP errors about what was translated: each side is told of the packet that it knows (semantics, sections 3, 4 and 6).</summary>
[TestFixture]
public sealed class TranslatedErrorsTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp, Icmp = IpProtocol.Icmp;

    [Test]
    public void FromTheServerTellTheClientOfWhatItSent([Values(Tcp, Udp, Sctp, Icmp)] byte protocol, [Values] Approach approach, [Values] bool isCut, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6);
        scene.Apply(scene.FloatingIp with { PortMappings = protocol == Icmp ? [] : [Map(protocol, 80, 8080)] });
        Exchange call = scene.Call(protocol, 80, 8080);
        call.AssertAsked();

        scene.Node.Receive(Lab.Tenant, call.Server.Door.Frame(Error(call.Server.Address, call.Seen.Address, call.Arriving.Bytes, isCut)));

        // As it was when it had come so far.
        byte[] expected = Error(call.Called.Address, call.Client.Address, call.Request.After(call.HopsThere).Bytes, isCut, ttl: 63);
        Assert.That(Convert.ToHexString(call.Client.Door.Taken(scene.Node)), Is.EqualTo(Convert.ToHexString(expected)));
        Assert.That(scene.Node.Flows(), Has.Length.EqualTo(2));
    }

    [Test]
    public void FromTheClientsSideTellTheServerOfWhatItSent([Values(Tcp, Udp, Sctp, Icmp)] byte protocol, [Values] Approach approach, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6);
        scene.Apply(scene.FloatingIp with { PortMappings = protocol == Icmp ? [] : [Map(protocol, 80, 8080)] });
        Exchange call = scene.Call(protocol, 80, 8080);
        call.AssertAsked();
        call.AssertAnswered();

        scene.Node.Receive(call.Client.Door.Vif, call.Client.Door.Frame(Error(call.Client.Address, call.Called.Address, call.Returning.Bytes)));

        byte[] expected = Error(call.Seen.Address, call.Server.Address, call.Answer.After(1).Bytes, ttl: (byte)(64 - call.HopsThere));
        Assert.That(Convert.ToHexString(call.Server.Door.Taken(scene.Node)), Is.EqualTo(Convert.ToHexString(expected)));
    }

    [Test]
    public void FromRoutersOnTheWayKeepTheirSource([Values(Tcp, Udp, Icmp)] byte protocol, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(SourceNatTests.Nat());
        Exchange call = SourceNatTests.Out(node, protocol, isIpv6: isIpv6);
        call.AssertAsked();

        // Time exceeded two hops on.
        string router = Outsider(isIpv6, 99);
        node.Receive(Lab.Fabric, call.Server.Door.Frame(Error(router, SourceNatTests.Pool(isIpv6), call.Arriving.After(2).Bytes)));

        Assert.That(Convert.ToHexString(Door.Tenant().Taken(node)), Is.EqualTo(Convert.ToHexString(Error(router, call.Client.Address, call.Request.After(3).Bytes, ttl: 63))));
    }

    [Test]
    public void ToTheNodesOwnAddressGoBeforeItsStack([Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(SourceNatTests.Nat() with { OutsideVrf = new VrfId(0), Addresses = [Ip(Lab.Endpoint(isIpv6))] });
        Exchange call = SourceNatTests.Out(node, Udp, Door.Underlay, isIpv6, Stranger(isIpv6), Lab.Endpoint(isIpv6));
        call.AssertAsked();

        node.Receive(Lab.Fabric, Lab.FromPeer(Error(Stranger(isIpv6, 8), Lab.Endpoint(isIpv6), call.Arriving.Bytes)));
        Assert.That(Door.Tenant().Taken(node), Is.EqualTo(Error(Stranger(isIpv6, 8), call.Client.Address, call.Request.After(1).Bytes, ttl: 63)));

        // About a packet of the node's own it is the node's.
        byte[] other = Error(Stranger(isIpv6, 8), Lab.Endpoint(isIpv6), (call.Arriving with { SourcePort = 77 }).Bytes);
        node.Receive(Lab.Fabric, Lab.FromPeer(other));
        Assert.That(node.SentOnce(Lab.Host)[14..], Is.EqualTo(other));
    }

    [Test]
    public void OfTheVRouterQuoteThePacketAsItWasSent([Values] bool known)
    {
        // Out of an interface, its hops at an end.
        using Node node = Scene.Start();
        node.Apply(Float(Floating(), Lab.Tenant));
        var request = new Message(Udp, "10.1.0.2", 5000, Outsider(), 53);

        if (known)
        {
            Assert.That(node.Outcome(Lab.Tenant, Lab.FromTenant(request.Bytes)), Is.EqualTo(DropReason.None));
        }

        byte[] last = request.After(63).Bytes;
        node.Receive(Lab.Tenant, Lab.FromTenant(last));
        byte[] error = Door.Tenant().Taken(node);
        Assert.That(node.LastDrop, Is.EqualTo(DropReason.TtlExpired));
        Assert.That((error[20], error[28..]), Is.EqualTo((IcmpType.TimeExceeded, last)));
    }

    [Test]
    public void OfTheVRouterGoBackWhereThePacketCameFrom([Values] Approach approach, [Values] bool known, [Values] bool isIpv6)
    {
        // To an interface, and too big for it. The client is routed in the floating IP's VRF only.
        using var scene = new Approaching(approach, isIpv6);
        scene.Node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { Mtu = 1300 }] });
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        Exchange call = scene.Call(Udp, 80, 8080);

        if (known)
        {
            call.AssertWorks();
        }

        byte[] big = DontFragment((call.Request with { Payload = new byte[1340] }).Bytes);
        scene.Node.Receive(call.Client.Door.Vif, call.Client.Door.Frame(big));

        Assert.That(scene.Node.LastDrop, Is.EqualTo(DropReason.PacketTooBig));
        byte[] error = call.Client.Door.Taken(scene.Node);
        int icmp = isIpv6 ? 40 : 20;
        Assert.That(error[icmp], Is.EqualTo(isIpv6 ? Icmpv6Type.PacketTooBig : IcmpType.DestinationUnreachable));
        Assert.That(error[(icmp + 6)..(icmp + 8)], Is.EqualTo(new byte[] { 1300 >> 8, 1300 & 0xFF }), "what fits");
        Assert.That(error[(icmp + 8)..], Is.EqualTo(big[..(error.Length - icmp - 8)]));
    }

    [Test]
    public void OfANodePortGoBackToTheUnderlay([Values] bool known)
    {
        using Node node = Scene.Start();
        node.Apply(Float(0, Lab.Endpoint(false)) with { PortMappings = [new PortMapping(Udp, 30080, 80) { Forward = new PortForward(new VrfId(1), Ip("10.96.0.1"), false) }] });
        node.Routes(1, "10.96.0.1", 10);
        var request = new Message(Udp, Stranger(), 5000, Lab.Endpoint(false), 30080);

        if (known)
        {
            Assert.That(node.Outcome(Lab.Fabric, Lab.FromPeer(request.Bytes)), Is.EqualTo(DropReason.None));
        }

        node.Receive(Lab.Fabric, Lab.FromPeer(request.After(63).Bytes));
        byte[] error = Door.Underlay.Taken(node);
        Assert.That((error[20], error[28..]), Is.EqualTo((IcmpType.TimeExceeded, request.After(63).Bytes)));
    }

    private static byte[] DontFragment(byte[] packet)
    {
        if (packet[0] >> 4 == 4)
        {
            packet[6] = 0x40;
            packet[10] = packet[11] = 0;
            ushort checksum = Checksum.Of(packet.AsSpan(0, 20));
            (packet[10], packet[11]) = ((byte)(checksum >> 8), (byte)checksum);
        }

        return packet;
    }

    /// <summary>A destination unreachable that quotes a packet, whole or with eight bytes of its payload.</summary>
    private static byte[] Error(string from, string to, byte[] about, bool isCut = false, byte ttl = 64)
    {
        bool isIpv6 = about[0] >> 4 == 6;
        byte[] quote = isCut ? about[..(isIpv6 ? 48 : 28)] : about;
        return Craft.Icmp(from, to, isIpv6 ? Icmpv6Type.DestinationUnreachable : IcmpType.DestinationUnreachable, isIpv6 ? (byte)4 : (byte)3, 0, quote, ttl);
    }
}
