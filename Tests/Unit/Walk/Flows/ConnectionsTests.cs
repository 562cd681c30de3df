using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>TCP connections, segment by segment (semantics, section 4).</summary>
[TestFixture]
public sealed class ConnectionsTests
{
    private const TcpFlags Syn = TcpFlags.Syn, Ack = TcpFlags.Ack, Fin = TcpFlags.Fin, Rst = TcpFlags.Rst;

    [Test]
    public void AreHalfOpenUntilTheThirdSegment([Values] bool isRemote, [Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = isRemote ? Dialogue.Remote(node, isIpv6) : Dialogue.Local(node, isIpv6);

        dialogue.Send(Syn, 100);
        Assert.That(StateOf(node), Is.EqualTo(TcpState.SynSent));
        dialogue.Answer(Syn | Ack, 500, 101);
        Assert.That(StateOf(node), Is.EqualTo(TcpState.SynSent));
        dialogue.Send(Ack, 101, 501);
        Assert.That(StateOf(node), Is.EqualTo(TcpState.Established));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 2, 1 }));
    }

    [Test]
    public void EndWhenBothFinsAreAcknowledged([Values] bool serverFirst)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node).Connect();
        (uint client, uint server) = (101, 501);

        if (serverFirst)
        {
            dialogue.Answer(Fin | Ack, server, client);
            dialogue.Send(Ack, client, server + 1);
            Assert.That(StateOf(node), Is.EqualTo(TcpState.HalfClosed));
            Assert.That(dialogue.Send(Ack, client, server + 1, payload: 50), Is.EqualTo(DropReason.None), "half of it is still open");
            Assert.That(dialogue.Answer(Ack, server + 1, client + 50), Is.EqualTo(DropReason.None));
            dialogue.Send(Fin | Ack, client + 50, server + 1);
            dialogue.Answer(Ack, server + 1, client + 51);
        }
        else
        {
            dialogue.Send(Fin | Ack, client, server);
            dialogue.Answer(Fin | Ack, server, client + 1);
            dialogue.Send(Ack, client + 1, server + 1);
        }

        Assert.That(StateOf(node), Is.EqualTo(TcpState.Closed));
        node.Wait(2.1);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void AreOpenForLongAndHalfClosedOnesToo([Values] bool halfClosed)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node).Connect();

        if (halfClosed)
        {
            dialogue.Send(Fin | Ack, 101, 501);
        }

        node.Clock.Advance(TimeSpan.FromSeconds(7100));
        node.Settle();
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
        node.Clock.Advance(TimeSpan.FromSeconds(110));
        Settle(node);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void EndByAResetOfTheNextNumber([Values] bool byServer, [Values] bool acknowledges)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node).Connect();
        dialogue.Answer(Ack, 501, 101, payload: 100);
        dialogue.Send(Ack, 101, 601);
        TcpFlags flags = Rst | (acknowledges ? Ack : 0);

        Assert.That(byServer ? dialogue.Answer(flags, 601, 101) : dialogue.Send(flags, 101, 601), Is.EqualTo(DropReason.None));

        Assert.That(StateOf(node), Is.EqualTo(TcpState.Closed));
        Assert.That(dialogue.Answer(Ack, 601, 101), Is.EqualTo(DropReason.None), "what is late goes on");
        node.Wait(2.1);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void AreRefusedByAReset()
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Remote(node);
        dialogue.Send(Syn, 100);

        Assert.That(dialogue.Answer(Rst | Ack, 0, 101), Is.EqualTo(DropReason.None));
        Assert.That(StateOf(node), Is.EqualTo(TcpState.Closed));
    }

    [Test]
    public void MayBeginAnewAtOnceOnTheSameKey([Values] bool byServer)
    {
        using Node node = Lab.Start(options: new DataPlaneOptions { Frames = 4096, FlowEvents = true });
        Dialogue dialogue = Dialogue.Remote(node).Connect();
        dialogue.Send(Rst, 101);
        node.Plane.TakeFlowEvents();

        Assert.That(byServer ? dialogue.Answer(Syn, 70_000) : dialogue.Send(Syn, 70_000), Is.EqualTo(DropReason.None));

        FlowEvent[] events = [.. node.Plane.TakeFlowEvents().Events];
        Assert.That(events.Select(item => (item.Kind, item.Records[0].EndReason)), Is.EqualTo(new[] { (FlowEventKind.Ended, FlowEndReason.Closed), (FlowEventKind.Started, FlowEndReason.None) }));
        Assert.That(StateOf(node), Is.EqualTo(TcpState.SynSent));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(node.Flows()[0].Key.SourcePort, Is.EqualTo(byServer ? 80 : 1000));
    }

    [Test]
    public void ThatBeginAnewAreJudgedAnew()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("out"));
        Dialogue dialogue = Dialogue.Remote(node).Connect();
        dialogue.Send(Rst, 101);

        Assert.That(dialogue.Answer(Syn, 70_000), Is.EqualTo(DropReason.SecurityGroupDenied), "the other way round");
    }

    [Test]
    public void ArePickedUpMidstreamWherePolicyLetsThem([Values] bool allowed, [Values] bool isIpv6)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, allowed ? [Egress("out").Tcp().To(80, 80)] : []);
        var dialogue = Dialogue.Remote(node, isIpv6);

        DropReason expected = allowed ? DropReason.None : DropReason.SecurityGroupDenied;
        Assert.That(dialogue.Send(Ack, 101, 501, payload: 30), Is.EqualTo(expected));
        Assert.That(dialogue.Answer(Ack, 501, 131), Is.EqualTo(expected));
        Assert.That(StateOf(node), Is.EqualTo(allowed ? TcpState.Established : TcpState.None));
    }

    [Test]
    public void ThatWerePickedUpAreJudgedByTheirFirstPacketsDirection()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Ingress("web").Tcp().To(80, 80));

        // To whoever sees it first here, the server's answer begins a connection of the tenant's.
        Assert.That(Dialogue.Remote(node).Reversed.Answer(Ack, 501, 101), Is.EqualTo(DropReason.SecurityGroupDenied));
    }

    [Test]
    public void AreNotBegunByFlagsThatNobodySends([Values((byte)0, (byte)3, (byte)5, (byte)6, (byte)7, (byte)41, (byte)63)] byte flags)
    {
        using Node node = Lab.Start();

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Dialogue.Remote(node).Tcp((TcpFlags)flags, 100)), DropReason.InvalidSegment);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void AreNotHarmedByFlagsThatNobodySends([Values((byte)0, (byte)3, (byte)5, (byte)6, (byte)7, (byte)41, (byte)63)] byte flags, [Values] bool byServer)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node).Connect();

        Assert.That(byServer ? dialogue.Answer((TcpFlags)flags, 501, 101) : dialogue.Send((TcpFlags)flags, 101, 501), Is.EqualTo(DropReason.InvalidSegment));
        Assert.That(StateOf(node), Is.EqualTo(TcpState.Established));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 2, 1 }), "what is dropped is not counted");
    }

    [Test]
    public void SurviveAFirstPacketThatWaitsForItsNeighbour()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip("192.0.2.5")) { Label = Lab.Vni }], Routes = [Lab.Route(1, "10.3.0.0/16", 11)] });
        Dialogue dialogue = Dialogue.Remote(node) with { Server = new End(Lab.Fabric, "10.3.0.1") };
        byte[] syn = Lab.FromTenant(dialogue.Tcp(Syn, 100));

        node.Receive(Lab.Tenant, syn);
        node.Receive(Lab.Tenant, syn);
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(2));
        node.SentAnywhere();
        node.Receive(Lab.Fabric, Craft.Ethernet(Lab.FabricMac, Lab.PeerMac, Craft.Arp(2, Lab.PeerMac, "192.0.2.5", "192.0.2.1", Lab.FabricMac), EtherType.Arp));

        Assert.That(node.SentAll(Lab.Fabric), Has.Count.EqualTo(2));
        FlowRecord flow = node.Flows()[0];
        Assert.That((flow.Packets, flow.Bytes, flow.TcpState), Is.EqualTo((2ul, 2 * (ulong)syn.Length, TcpState.SynSent)));
    }

    private static TcpState StateOf(Node node) => node.Flows()[0].TcpState;

    // What is due at once may be more than a round takes.
    private static void Settle(Node node)
    {
        for (int i = 0; i < 10; i++)
        {
            node.Plane.Step();
        }
    }
}
