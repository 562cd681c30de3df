using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Groups;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>What nobody serves is refused aloud: by a next hop that rejects, or a group without a member for the port.</summary>
[TestFixture]
public sealed class RejectTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp, Icmp = IpProtocol.Icmp;

    [Test]
    public void ResetsTcp([Values] bool byGroup, [Values] Approach approach, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach == Approach.VifLabel ? Approach.VrfLabel : approach, isIpv6);
        Exchange call = Refuse(scene, byGroup).Call(Tcp, 80, 80);

        byte[] reset = Answer(scene, call, call.Request.Bytes);

        Assert.That((Source(reset), Destination(reset)), Is.EqualTo((call.Called.Address, call.Client.Address)));
        ref TcpHeader tcp = ref Headers.At<TcpHeader>(ref reset[isIpv6 ? 40 : 20], 0);
        Assert.That(((ushort)tcp.SourcePort, (ushort)tcp.DestinationPort, (uint)tcp.Sequence, (uint)tcp.Acknowledgement), Is.EqualTo((80, 1000, 0, 101)));
        Assert.That(tcp.Flags, Is.EqualTo(TcpFlags.Rst | TcpFlags.Ack));
        Assert.That(Checksum.Of(reset.AsSpan(isIpv6 ? 40 : 20), Craft.Pseudo(call.Called.Address, call.Client.Address, Tcp, reset.Length - (isIpv6 ? 40 : 20))), Is.Zero);
    }

    [Test]
    public void TellsThatThePortIsUnreachable([Values] bool byGroup, [Values] Approach approach, [Values(Udp, Sctp, Icmp, IpProtocol.Gre)] byte protocol, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach == Approach.VifLabel ? Approach.VrfLabel : approach, isIpv6);
        Exchange call = Refuse(scene, byGroup).Call(protocol, 80, 80);

        byte[] error = Answer(scene, call, call.Request.Bytes);

        Assert.That(Destination(error), Is.EqualTo(call.Client.Address));
        Assert.That(error[isIpv6 ? 40 : 20] << 8 | error[isIpv6 ? 41 : 21], Is.EqualTo(isIpv6 ? 0x0104 : 0x0303));
        Assert.That(error[(isIpv6 ? 48 : 28)..], Is.EqualTo(call.Request.Bytes), "as it was sent");
    }

    [Test]
    public void IsSilentAboutErrorsLaterFragmentsAndResets()
    {
        using Node node = Groups.Start(Member(A));
        node.Put(new EcmpNextHop(new NextHopId(Group)) { Members = [Member(A) with { Ports = [new ProtocolPort(Udp, 9)] }] });

        foreach (byte[] packet in (byte[][])
        [
            Craft.Segment("10.1.0.2", Service(), 1000, 80, TcpFlags.Rst, 100),
            Fragments.Of(Craft.Udp("10.1.0.2", Service(), new byte[200]), 7, 64)[1],
        ])
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(packet));
            node.Wait(3);
            Assert.That(node.SentAnywhere(), Is.Empty);
        }
    }

    [Test]
    public void TellsNoMoreThanSoOften([Values] bool isTcp)
    {
        using Node node = Groups.Start();
        node.Apply(new Transaction { NextHops = [new RejectNextHop(new NextHopId(60))] });
        node.Routes(1, Service(), 60);
        int most = isTcp ? 10_000 : 100, sent = 0;

        for (int i = 0; i < most + 50; i++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Request((ushort)(1000 + i), isTcp ? Tcp : Udp).Bytes));
            sent += node.SentAll(Lab.Tenant).Count;
        }

        Assert.That(sent, Is.EqualTo(most));
        Assert.That(node.Counters(Lab.Tenant).Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.Rejected] = most, [DropReason.RateLimited] = 50 }));
        Assert.That(node.Flows(), Is.Empty);
        node.Wait(1);
        node.Receive(Lab.Tenant, Lab.FromTenant(Request(1, isTcp ? Tcp : Udp).Bytes));
        Assert.That(node.SentAll(Lab.Tenant), Has.Count.EqualTo(1));
    }

    [Test]
    public void NamesTheGroup()
    {
        using Node node = Groups.Start(Member(A) with { Ports = [new ProtocolPort(Udp, 81)] });

        node.Receive(Lab.Tenant, Lab.FromTenant(Request(1).Bytes));

        Assert.That((node.LastDrop, node.Plane.ReadDrops()[^1].Object), Is.EqualTo((DropReason.Rejected, ObjectKey.Of(new NextHopId(Group)))));
    }

    [Test]
    public void IsReachedThroughANodePortToo([Values] bool isTcp)
    {
        using Node node = Scene.Start();
        node.Apply(new Transaction { NextHops = [new RejectNextHop(new NextHopId(60))] });
        node.Routes(1, Service(), 60);
        node.Apply(Float(0, Lab.Endpoint(false)) with { PortMappings = [new PortMapping(isTcp ? Tcp : Udp, 30080, 80) { Forward = new PortForward(new VrfId(1), Ip(Service()), true) }] });
        var request = new Message(isTcp ? Tcp : Udp, Stranger(), 5000, Lab.Endpoint(false), 30080);

        node.Receive(Lab.Fabric, Lab.FromPeer(request.Bytes));

        byte[] answer = Door.Underlay.Taken(node);
        Assert.That((Source(answer), Destination(answer)), Is.EqualTo((Lab.Endpoint(false), Stranger())));

        if (isTcp)
        {
            Assert.That(answer[20] << 8 | answer[21], Is.EqualTo(30080));
        }
        else
        {
            Assert.That(answer[28..], Is.EqualTo(request.Bytes));
        }
    }

    private static Approaching Refuse(Approaching scene, bool byGroup)
    {
        scene.Node.Apply(new Transaction
        {
            NextHops =
            [
                byGroup ? new EcmpNextHop(new NextHopId(60)) { Members = [Member(ToTenant) with { Ports = [new ProtocolPort(Udp, 9)] }] } : new RejectNextHop(new NextHopId(60)),
            ],
        });
        scene.Node.Routes(scene.Vrf, scene.Address, 60);
        return scene;
    }

    private static byte[] Answer(Approaching scene, Exchange call, byte[] packet)
    {
        scene.Node.Receive(call.Client.Door.Vif, call.Client.Door.Frame(packet));
        Assert.That(scene.Node.LastDrop, Is.EqualTo(DropReason.Rejected));
        Assert.That(scene.Node.Flows(), Is.Empty);
        return call.Client.Door.Taken(scene.Node);
    }

    private static string Source(byte[] packet) => AddressAt(packet, packet[0] >> 4 == 6 ? 8 : 12);

    private static string Destination(byte[] packet) => AddressAt(packet, packet[0] >> 4 == 6 ? 24 : 16);

    private static string AddressAt(byte[] packet, int offset) => new System.Net.IPAddress(packet.AsSpan(offset, packet[0] >> 4 == 6 ? 16 : 4)).ToString();
}
