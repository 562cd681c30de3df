using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Fragments, and checksums that are still to be done, of what is translated.</summary>
[TestFixture]
public sealed class TranslatedFragmentsTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp;

    private static readonly byte[] s_payload = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    [Test]
    public void GoInAndOutInAnyOrder([Values] Approach approach, [Values("012", "201", "210")] string order, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        Exchange call = scene.Call(Udp, 80, 8080);

        AssertPieces(scene.Node, call.Client.Door, call.Server.Door, order, (call.Request with { Payload = s_payload }).Bytes, (call.Arriving with { Payload = s_payload }).Bytes);
        AssertPieces(scene.Node, call.Server.Door, call.Client.Door, order, (call.Answer with { Payload = s_payload }).Bytes, (call.Returning with { Payload = s_payload }).Bytes);
        Assert.That(scene.Node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 3, 3 }));
    }

    [Test]
    public void OfTheNodesOwnAddressFindTheirFlow([Values("012", "210")] string order, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(SourceNatTests.Nat() with { OutsideVrf = new VrfId(0), Addresses = [Node.Ip(Lab.Endpoint(isIpv6))] });
        Exchange call = SourceNatTests.Out(node, Udp, Door.Underlay, isIpv6, Stranger(isIpv6), Lab.Endpoint(isIpv6));

        AssertPieces(node, call.Client.Door, call.Server.Door, order, (call.Request with { Payload = s_payload }).Bytes, (call.Arriving with { Payload = s_payload }).Bytes);
        AssertPieces(node, call.Server.Door, call.Client.Door, order, (call.Answer with { Payload = s_payload }).Bytes, (call.Returning with { Payload = s_payload }).Bytes);
    }

    [Test]
    public void OfWhatTheVRouterCutsAreOfTheTranslatedPacket()
    {
        using Node node = Scene.Start();
        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { Mtu = 600 }] });
        node.Apply(Float(Floating(), Lab.Tenant) with { PortMappings = [Map(Udp, 80, 8080)] }).Routes(Public, Floating(), ToTenant);
        Exchange call = Exchange.To(node, Udp, Outside(1000), Floating(), 80, Tenant(8080));
        byte[] payload = new byte[1200];

        node.Receive(Lab.Fabric, call.Client.Door.Frame((call.Request with { Payload = payload }).Bytes));

        byte[][] pieces = [.. node.SentAll(Lab.Tenant).Select(frame => frame[14..])];
        Assert.That(pieces, Has.Length.GreaterThan(2));
        Assert.That(SizeTests.Reassembled(pieces), Is.EqualTo((call.Arriving with { Payload = payload }).Bytes));
    }

    [Test]
    public void OfSctpCannotGoToAnotherPort()
    {
        using var scene = new Approaching(Approach.Vni);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Sctp, 80, 8080), Map(Sctp, 81, 81)] });

        byte[] Packet(ushort port) => (scene.Call(Sctp, port, port).Request with { Payload = s_payload }).Bytes;
        Assert.That(scene.Node.Outcome(Lab.Fabric, scene.Client.Door.Frame(Fragments.Of(Packet(80), 7, 64)[0])), Is.EqualTo(DropReason.UnsupportedProtocol));
        Assert.That(scene.Node.Outcome(Lab.Fabric, scene.Client.Door.Frame(Fragments.Of(Packet(81), 8, 64)[0])), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void OrUnfinishedChecksumsAreFinishedRight([Values] bool isTcp, [Values] bool isIpv6, [Values] bool portDoes, [Values] bool there)
    {
        using Node node = new() { Capabilities = portDoes ? PortCapabilities.ChecksumPartial : PortCapabilities.None };
        node.Apply(Lab.Configuration());
        byte protocol = isTcp ? Tcp : Udp;
        string service = Groups.Service(isIpv6);
        node.Apply(new Transaction { NextHops = [new VifNextHop(new NextHopId(ToTenant), new VifId(Lab.Tenant))] });
        node.Apply(Float(1, service, Lab.Tenant) with { PortMappings = [Map(protocol, 80, 8080)] }).Routes(1, service, ToTenant);
        Exchange call = Exchange.To(node, protocol, Tenant(5000, isIpv6, Lab.Neighbour), service, 80, Tenant(8080, isIpv6));
        call.Node.Receive(Lab.Neighbour, call.Client.Door.Frame(call.Request.Bytes));
        node.SentAnywhere();
        (Message sent, Message gets, Door from, Door to) = there ? (call.Request, call.Arriving, call.Client.Door, call.Server.Door) : (call.Answer, call.Returning, call.Server.Door, call.Client.Door);
        int l4 = isIpv6 ? 40 : 20, offset = isTcp ? 16 : 6;

        node.Receive(from.Vif, from.Frame(Unfinished(sent, l4, offset)), packet => packet with { Flags = PacketFlags.ChecksumPartial, ChecksumStart = (ushort)(14 + l4), ChecksumOffset = (ushort)offset });

        if (portDoes)
        {
            Packet left = default;
            Assert.That(node.Port(to.Vif).Collect(new Span<Packet>(ref left)), Is.EqualTo(1));
            Assert.That(left.Flags & PacketFlags.ChecksumPartial, Is.EqualTo(PacketFlags.ChecksumPartial));
            Assert.That(PacketBytes.ToArray(node.Plane.Frames.Region, left)[14..], Is.EqualTo(Unfinished(gets, l4, offset)));
        }
        else
        {
            Assert.That(to.Taken(node), Is.EqualTo(gets.Bytes));
        }
    }

    private static byte[] Unfinished(Message message, int l4, int offset)
    {
        byte[] packet = message.Bytes;
        ushort pseudo = Checksum.Fold((ulong)Craft.Pseudo(message.Source, message.Destination, message.Protocol, packet.Length - l4));
        return packet.With(l4 + offset, (byte)(pseudo >> 8)).With(l4 + offset + 1, (byte)pseudo);
    }

    private static void AssertPieces(Node node, Door from, Door to, string order, byte[] sent, byte[] arrives)
    {
        byte[][] pieces = Fragments.Of(sent, 7, 64, 128), expected = Fragments.Of(arrives, 7, 64, 128);

        foreach (char place in order)
        {
            node.Receive(from.Vif, from.Frame(pieces[place - '0']));
        }

        List<(uint Vif, byte[] Packet)> taken = node.SentAnywhere();
        Assert.That(taken.Select(item => item.Vif), Is.All.EqualTo(to.Vif));
        Assert.That(taken.Select(item => Convert.ToHexString(to.PacketIn(item.Packet))), Is.EquivalentTo(expected.Select(Convert.ToHexString)));
    }
}
