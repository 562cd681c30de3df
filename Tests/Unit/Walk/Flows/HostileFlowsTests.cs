using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Policy.Rules;
using static VRouter.Tests.Unit.Walk.Flows.RelatedErrorsTests;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Who means harm gets a drop with a reason; what others have stays as it is.</summary>
[TestFixture]
public sealed class HostileFlowsTests
{
    private const TcpFlags Syn = TcpFlags.Syn, Ack = TcpFlags.Ack, Fin = TcpFlags.Fin, Rst = TcpFlags.Rst;

    [Test]
    public void OfForgedResetsEndNoConnection([Values] bool byServer, [Values] bool acknowledges)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node).Connect();
        TcpFlags flags = Rst | (acknowledges ? Ack : 0);
        uint expected = byServer ? 501u : 101u;

        foreach (uint sequence in (uint[])[0, expected - 1, expected + 1001, expected + 0x8000_0000, uint.MaxValue])
        {
            Assert.That(byServer ? dialogue.Answer(flags, sequence, 101) : dialogue.Send(flags, sequence, 501), Is.EqualTo(DropReason.InvalidSegment), $"outside the window: {sequence}");
        }

        foreach (uint sequence in (uint[])[expected + 1, expected + 999])
        {
            Assert.That(byServer ? dialogue.Answer(flags, sequence, 101) : dialogue.Send(flags, sequence, 501), Is.EqualTo(DropReason.None), "its receiver challenges it");
        }

        AssertUnharmed(node, dialogue);
    }

    [Test]
    public void OfForgedResetsAgainstAHandshakeEndNone()
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Remote(node);
        dialogue.Send(Syn, 100);

        Assert.That(dialogue.Answer(Rst | Ack, 0, 100), Is.EqualTo(DropReason.InvalidSegment), "it does not acknowledge the SYN");
        Assert.That(dialogue.Answer(Rst, 0), Is.EqualTo(DropReason.InvalidSegment));
        dialogue.Answer(Syn | Ack, 500, 101);
        dialogue.Send(Ack, 101, 501);
        AssertUnharmed(node, dialogue);
    }

    [Test]
    public void OfSequenceGamesMoveNoWindow([Values] bool byServer)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node).Connect();

        // Data and acknowledgements far off, windows wide open, SYNs and FINs in the middle: its ends know better, and so does the flow.
        foreach ((TcpFlags flags, uint sequence, uint acknowledgement) in ((TcpFlags, uint, uint)[])
        [
            (Ack, 0x7000_0000, 0x7000_0000), (Ack, 0x9000_0000, 0x9000_0000), (Syn, 0x1234_5678, 0), (Syn | Ack, 0x1234_5678, 0x1234_5678),
            (Fin | Ack, 0x7000_0000, 0x7000_0000), (Fin | Ack, 0x9000_0000, 0x9000_0000), (Ack, 501, 0x8000_0000), (Ack, 0x8000_0000, 501),
        ])
        {
            Assert.That(
                byServer ? dialogue.Answer(flags, sequence, acknowledgement, 10, ushort.MaxValue) : dialogue.Send(flags, sequence, acknowledgement, 10, ushort.MaxValue),
                Is.EqualTo(DropReason.None));
        }

        Assert.That(byServer ? dialogue.Answer(Rst, 0x7000_000B) : dialogue.Send(Rst, 0x7000_000B), Is.EqualTo(DropReason.InvalidSegment), "a reset that fits only what was made up");
        AssertUnharmed(node, dialogue);
    }

    [Test]
    public void OfSegmentsThatNobodySendsMakeAndEndNone()
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node).Connect(), other = dialogue with { ClientPort = 1001 };

        for (int flags = 0; flags < 64; flags++)
        {
            bool isPossible = (flags & 7) switch { 2 or 4 => true, 0 or 1 => (flags & 16) != 0, _ => false };

            if (!isPossible)
            {
                Assert.That(dialogue.Send((TcpFlags)flags, 101, 501), Is.EqualTo(DropReason.InvalidSegment));
                Assert.That(other.Send((TcpFlags)flags, 101, 501), Is.EqualTo(DropReason.InvalidSegment));
            }
        }

        AssertUnharmed(node, dialogue);
    }

    [Test]
    public void OfOverlappingFragmentsDropTheDatagram([Values] bool isIpv6, [Values] bool overlapFirst)
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Local(node, isIpv6);
        byte[] packet = dialogue.Udp(new byte[200]);
        byte[] first = Fragments.Piece(packet, 9, 0, 64), overlap = Fragments.Piece(packet, 9, 56, 128), last = Fragments.Piece(packet, 9, 64, 208);

        List<DropReason> reasons = [.. (overlapFirst ? [overlap, first, last] : new[] { first, overlap, last }).Select(dialogue.Send)];

        // What waits is dropped with the one that spoils it.
        Assert.That(reasons.Skip(1), Is.All.EqualTo(DropReason.FragmentInvalid));
        Assert.That(node.Counters(Lab.Tenant).Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.FragmentInvalid] = overlapFirst ? 3 : 2 }));
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None), "the flow is another matter");
        Assert.That(dialogue.Send(Fragments.Piece(packet, 10, 0, 64)), Is.EqualTo(DropReason.None), "and so is the next datagram");
    }

    [Test]
    public void OfForgedFragmentsSpoilNoDatagram([Values] bool isIpv6, [Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), kind, Node.Ip(Lab.Peer(true))) { Label = Lab.Vni }] });
        Dialogue dialogue = Dialogue.Remote(node, isIpv6, kind).Reversed;
        byte[] packet = dialogue.Udp(new byte[200]);

        Assert.That(dialogue.Send(Fragments.Piece(packet, 9, 0, 64)), Is.EqualTo(DropReason.None));
        Assert.That(node.Outcome(Lab.Fabric, Lab.FromTunnel(kind, Fragments.Piece(packet, 9, 56, 128), overIpv6: true)), Is.EqualTo(DropReason.InvalidSource), "another host says it is the sender");
        Assert.That(dialogue.Send(Fragments.Piece(packet, 9, 64, 208)), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void OfImpossibleFragmentsDropTheDatagram([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Local(node, isIpv6);
        byte[] packet = dialogue.Udp(new byte[200]);

        Assert.That(dialogue.Send(Fragments.Piece(packet, 1, 0, 60)), Is.EqualTo(DropReason.FragmentInvalid), "no full eights");
        Assert.That(dialogue.Send(Fragments.Piece(packet, 1, 64, 128)), Is.EqualTo(DropReason.FragmentInvalid));
        Assert.That(dialogue.Send(Fragments.Piece(packet, 2, 0, 64)), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Send(Fragments.Piece(packet, 2, 128, 208)), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Send(Fragments.Piece(packet, 2, 64, 128, isLast: true)), Is.EqualTo(DropReason.FragmentInvalid), "a second end");
        Assert.That(dialogue.Send(Fragments.Piece(packet, 3, 64, 64)), Is.EqualTo(DropReason.FragmentInvalid), "nothing at all");
        Assert.That(dialogue.Send(Fragments.Piece(packet, 4, 0, 0)), Is.EqualTo(DropReason.FragmentInvalid));
    }

    [Test]
    public void OfTinyFirstFragmentsShowNoPorts([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Local(node, isIpv6);
        byte[] packet = dialogue.Tcp(Ack, 101, 501, payload: 100);

        Assert.That(dialogue.Send(Fragments.Piece(packet, 1, 0, 8)), Is.EqualTo(DropReason.FragmentInvalid));
        Assert.That(dialogue.Send(Fragments.Piece(packet, 1, 0, 16)), Is.EqualTo(DropReason.FragmentInvalid));
        Assert.That(node.Flows(), Is.Empty);
        Assert.That(dialogue.Send(Fragments.Piece(packet, 1, 0, 24)), Is.EqualTo(DropReason.None), "and poison nothing");
    }

    [Test]
    public void OfQuotesThatLieReachNobody([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node, isIpv6).Connect();
        byte[] sent = dialogue.Tcp(Ack, 101, 501, payload: 20);
        string own = dialogue.Client.Address, peer = dialogue.Server.Address, stranger = Lab.Address(Lab.Neighbour, isIpv6);

        byte[][] errors =
        [
            Error(peer, own, (dialogue with { ClientPort = 1001 }).Tcp(Ack, 101, 501)),
            Error(peer, own, (dialogue with { ServerPort = 81 }).Tcp(Ack, 101, 501)),
            Error(peer, own, dialogue.Udp()),
            Error(peer, own, dialogue.TcpBack(Ack, 501, 101)),
            Error(peer, own, Craft.Segment(stranger, peer, 1000, 80, Ack, 101, 501)),
            Error(peer, own, Craft.Segment(own, stranger, 1000, 80, Ack, 101, 501)),
            Error(peer, stranger, sent),
        ];

        foreach (byte[] error in errors)
        {
            Assert.That(dialogue.Answer(error), Is.EqualTo(DropReason.UnrelatedError));
        }

        AssertUnharmed(node, dialogue);
    }

    [Test]
    public void OfErrorsAboutErrorsReachNobody([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node, isIpv6).Connect();
        byte[] about = Error(dialogue.Client.Address, dialogue.Server.Address, dialogue.TcpBack(Ack, 501, 101));

        Assert.That(dialogue.Send(about), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Answer(Error(dialogue.Server.Address, dialogue.Client.Address, about)), Is.EqualTo(DropReason.UnrelatedError));
        AssertUnharmed(node, dialogue);
    }

    [Test]
    public void OfUnreadableQuotesReachNobody([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node, isIpv6).Connect();
        byte[] sent = dialogue.Tcp(Ack, 101, 501, payload: 20);
        int header = isIpv6 ? 40 : 20;

        foreach (byte[] quote in (byte[][])
        [
            [], sent[..(header - 1)], sent[..header], sent[..(header + 7)], [0x10, .. sent[1..]], [0x41, .. sent[1..]],
            Fragments.Piece(sent, 1, 24, 40), Dialogue.Remote(node, !isIpv6).Tcp(Ack, 101, 501),
        ])
        {
            Assert.That(dialogue.Answer(Error(dialogue.Server.Address, dialogue.Client.Address, quote)), Is.EqualTo(DropReason.UnrelatedError), Convert.ToHexString(quote));
        }

        byte[] error = Error(dialogue.Server.Address, dialogue.Client.Address, sent);

        foreach (byte[] piece in (byte[][])[.. Fragments.Of(error, 3, 32), .. Fragments.Of(error, 4, 32).Reverse()])
        {
            node.Receive(Lab.Fabric, dialogue.Server.FrameOf(piece));
        }

        Assert.That(node.Counters(Lab.Fabric).Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.UnrelatedError] = 12 }), "an error in fragments neither");
        Assert.That(node.SentAnywhere(), Is.Empty);
        AssertUnharmed(node, dialogue);
    }

    [Test]
    public void OfWhoIsDeniedCloseNobodysPorts([Values] bool isIpv6, [Tunnels] EncapsulationKind kind, [Values] bool answered)
    {
        // Somebody says to be the server, and tries the port that the client is about to use.
        using Node node = Lab.Start(kind).Guard(Lab.Tenant, Egress("out"));
        Dialogue dialogue = Dialogue.Remote(node, isIpv6, kind);
        Assert.That(dialogue.Answer(Syn, 7), Is.EqualTo(DropReason.SecurityGroupDenied));

        Assert.That(dialogue.Send(Syn, 100), Is.EqualTo(DropReason.None));

        if (answered)
        {
            Assert.That(dialogue.Answer(Syn | Ack, 500, 101), Is.EqualTo(DropReason.None));
        }

        Assert.That(node.Flows().Select(flow => flow.Action), Is.EqualTo(new[] { FlowAction.Forward, FlowAction.Forward }), "what is denied has given way");
    }

    [Test]
    public void OfPacketsToOneselfHaveOneDirection([Values] bool samePorts)
    {
        using Node node = Lab.Start();
        Dialogue land = Dialogue.Local(node) with { Server = End.Tenant(), ServerPort = samePorts ? (ushort)1000 : (ushort)80 };

        Assert.That(land.SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(land.SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(samePorts ? new[] { 2 } : [2, 0]));
        node.Wait(121);
        Assert.That(node.Plane.ReadCounters().Flows, Is.Zero);
    }

    [Test]
    public void OfKeysThatCollideByDesignCostNoMoreThanOthers()
    {
        // Half of the flows differ as little as keys can, the others as much: an unkeyed hash of either kind would pile some up.
        using Node node = Lab.Start();
        List<byte[]> frames = [];

        for (int i = 0; i < 20_000; i++)
        {
            int host = i % 2 == 0 ? i / 2 % 250 : i;
            int port = i % 2 == 0 ? i / 500 << 8 : i * 40503;
            frames.Add(Lab.FromTenant(Craft.Udp("10.1.0.2", $"10.2.{host >> 8 & 255}.{host & 255}", [], (ushort)(port & 0xFFFF), (ushort)(port ^ host))));
        }

        foreach (byte[] frame in frames)
        {
            Assert.That(node.Port(Lab.Tenant).TryDeliver(frame), Is.True);
            node.Settle();

            while (node.Sent(Lab.Fabric) is not null)
            {
            }
        }

        int distinct = frames.Select(frame => Convert.ToHexString(frame[26..38])).Distinct().Count();
        Assert.That(node.Plane.ReadCounters().Flows, Is.EqualTo(2 * distinct));
        Assert.That(node.Dropped(), Is.Zero);
    }

    private static void AssertUnharmed(Node node, Dialogue dialogue)
    {
        FlowRecord[] flows = node.Flows();
        Assert.That(flows.Select(flow => flow.TcpState), Is.EqualTo(new[] { TcpState.Established, TcpState.Established }));
        Assert.That(dialogue.Send(Ack, 101, 501, payload: 10), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Answer(Ack, 501, 111, payload: 10), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(flows.Select(flow => flow.Packets + 1)));
    }
}
