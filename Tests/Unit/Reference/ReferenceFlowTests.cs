using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Reference.ReferenceLab;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The reference itself: what sections 4 and 5 of the semantics say, by hand.</summary>
[TestFixture]
public sealed class ReferenceFlowTests
{
    private static readonly Party s_guest = Site.Guests[0], s_neighbour = Site.Guests[1], s_remote = Site.Remotes[0];

    [Test]
    public void IsOnePairBothWays()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));

        Assert.That(lab.Send().Sent.Single().Vif.Value, Is.EqualTo(Site.Fabric));
        Assert.That(lab.Answer().Sent.Single().Vif.Value, Is.EqualTo(2));

        Assert.That((lab.Flow.Forward.Packets, lab.Flow.Reverse.Packets, lab.Flow.IsHalfOpen), Is.EqualTo((1L, 1L, false)));
        Assert.That((lab.Flow.Forward.Endpoint.Value, lab.Flow.Reverse.Endpoint.Value), Is.EqualTo((2u, 2u)), "the guest is the local end of both");
    }

    [Test]
    public void IsFoundByAnswersUnderEveryLabel([Values] Entry entry)
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Router.Apply(new Transaction { Vifs = [Site.Tenant(2) with { Label = new MplsLabel(Site.VifLabel(2)) }] });
        lab.Send();

        Outcome outcome = lab.Answer(new PacketStep(0, true) { Entry = entry });

        Assert.That(outcome.Reason, Is.EqualTo(DropReason.None));
        Assert.That(lab.Flow.Reverse.Packets, Is.EqualTo(1));
    }

    [Test]
    public void NeedsBothEndsThatAreHere([Values] bool senderAllows, [Values] bool receiverAllows)
    {
        var lab = new ReferenceLab(Udp(s_guest, s_neighbour));
        lab.Govern(2, [.. Enumerable.Repeat(Allow(RuleDirection.Egress, "out"), senderAllows ? 1 : 0)]);
        lab.Govern(3, [.. Enumerable.Repeat(Allow(RuleDirection.Ingress, "in"), receiverAllows ? 1 : 0)]);

        Outcome outcome = lab.Send();

        Assert.That(outcome.Reason, Is.EqualTo(senderAllows && receiverAllows ? DropReason.None : DropReason.SecurityGroupDenied));
        Assert.That(lab.Flow.IsDenied, Is.EqualTo(outcome.Reason != DropReason.None));
    }

    [Test]
    public void LetsAnswersThroughThatNoRuleAllows()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_neighbour));
        lab.Govern(2, Allow(RuleDirection.Egress, "out"));
        lab.Govern(3, Allow(RuleDirection.Ingress, "in"));
        lab.Send();

        Assert.That(lab.Answer().Reason, Is.EqualTo(DropReason.None));
        Assert.That((lab.Flow.Judgement.RuleOf(0), lab.Flow.Judgement.RuleOf(1)), Is.EqualTo(("out", "in")));
    }

    [Test]
    public void NamesTheRuleThatDenies()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Govern(2, Allow(RuleDirection.Egress, "last") with { Priority = 1 }, Allow(RuleDirection.Egress, "never") with { Action = RuleAction.Deny });

        Assert.That(lab.Send(), Is.EqualTo(Outcome.Dropped(DropReason.SecurityGroupDenied, "never")).Using<Outcome, Outcome>((a, b) => (a.Reason, a.Rule) == (b.Reason, b.Rule)));
    }

    [TestCase(false, true, TestName = "KnowsARemoteGroup(by membership)")]
    [TestCase(true, false, TestName = "KnowsARemoteGroup(by route)")]
    [TestCase(false, false, TestName = "KnowsARemoteGroup(not at all)")]
    public void KnowsARemoteGroup(bool byRoute, bool byMembership)
    {
        var group = new SecurityGroupId(7);
        var lab = new ReferenceLab(Udp(byMembership ? s_neighbour : s_remote, s_guest));
        lab.Govern(2, Allow(RuleDirection.Ingress) with { RemoteGroup = group });
        lab.Router.Apply(new Transaction
        {
            Vifs = [Site.Tenant(3) with { SecurityGroups = byMembership ? [group] : [] }],
            Routes = [Site.Route(1, "10.2.0.0/16", 10) with { SecurityGroups = byRoute ? [group] : [] }],
            SecurityGroups = [new SecurityGroup(group, "", [Allow(RuleDirection.Egress)])],
        });

        Assert.That(lab.Send().Reason, Is.EqualTo(byRoute || byMembership ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void IsDeniedForFiveSecondsFromItsFirstPacket()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Govern(2);
        lab.Send();
        lab.Router.Wait(TimeSpan.FromSeconds(4.9));
        lab.Send();
        lab.Router.Wait(TimeSpan.FromSeconds(0.2));

        Assert.That(lab.Router.Flows.All, Is.Empty);
        Assert.That(lab.Router.Flows.TakeEnded().Single().Reason, Is.EqualTo(FlowEndReason.TimedOut));
    }

    [Test]
    public void IsNoneWherePolicyIsDisabled()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Router.Apply(new Transaction { Vifs = [Site.Tenant(2) with { PolicyDisabled = true }] });

        Assert.That(lab.Send().Reason, Is.EqualTo(DropReason.None));
        Assert.That(lab.Router.Flows.All, Is.Empty);
    }

    [Test]
    public void StandsThoughItsFirstPacketDiesOfItsTtl()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));

        Outcome outcome = lab.Send(new PacketStep(0, false) { Ttl = 1 });

        Assert.That(outcome.Reason, Is.EqualTo(DropReason.TtlExpired));
        Assert.That(outcome.Sent.Single().Vif.Value, Is.EqualTo(2), "time exceeded");
        Assert.That(lab.Flow.Forward.Packets, Is.EqualTo(1));
    }

    [Test]
    public void TakesAnswersFromItsOwnTunnelAlone()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Send();

        Assert.That(lab.Answer(new PacketStep(0, true) { Peer = 1 }).Reason, Is.EqualTo(DropReason.InvalidSource));
        Assert.That(lab.Answer(new PacketStep(0, true) { Peer = 0 }).Reason, Is.EqualTo(DropReason.None));
    }

    [TestCase(ErrorKind.FromEnd, DropReason.None)]
    [TestCase(ErrorKind.FromRouter, DropReason.None)]
    [TestCase(ErrorKind.Lying, DropReason.UnrelatedError)]
    [TestCase(ErrorKind.AboutError, DropReason.UnrelatedError)]
    [TestCase(ErrorKind.Short, DropReason.UnrelatedError)]
    public void HasErrorsAboutIt(ErrorKind kind, DropReason reason)
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Send();
        lab.Router.Wait(TimeSpan.FromSeconds(1));

        Assert.That(lab.Answer(new PacketStep(0, true) { Error = kind }).Reason, Is.EqualTo(reason));
        Assert.That((lab.Flow.IsAnswered, lab.Flow.LastSeen), Is.EqualTo((false, TimeSpan.Zero)), "an error is no answer");
        Assert.That(lab.Flow.Reverse.Packets, Is.EqualTo(reason == DropReason.None ? 1 : 0));
    }

    [Test]
    public void FollowsAConnectionToItsEnd()
    {
        var lab = new ReferenceLab(Tcp(s_guest, s_remote));
        Handshake(lab);
        Assert.That(lab.Flow.Tcp!.State, Is.EqualTo(TcpState.Established));

        lab.Send(TcpFlags.Fin | TcpFlags.Ack);
        Assert.That(lab.Flow.Tcp.State, Is.EqualTo(TcpState.HalfClosed));

        lab.Send(TcpFlags.Fin | TcpFlags.Ack, isBack: true);
        lab.Send(TcpFlags.Ack);
        Assert.That(lab.Flow.IsClosed, Is.True);

        lab.Router.Wait(new FlowTimeouts().TcpClosing);
        Assert.That(lab.Router.Flows.TakeEnded().Single().Reason, Is.EqualTo(FlowEndReason.Closed));
    }

    [TestCase(0, DropReason.None, TcpState.Closed)]
    [TestCase(1, DropReason.None, TcpState.Established)]
    [TestCase(7999, DropReason.None, TcpState.Established)]
    [TestCase(8001, DropReason.InvalidSegment, TcpState.Established)]
    [TestCase(-1, DropReason.InvalidSegment, TcpState.Established)]
    public void IsResetByTheRightNumberAlone(int shift, DropReason reason, TcpState state)
    {
        // The windows are 1000, scaled by 3.
        var lab = new ReferenceLab(Tcp(s_guest, s_remote));
        Handshake(lab);

        Assert.That(lab.Send(TcpFlags.Rst, isBack: true, shift).Reason, Is.EqualTo(reason));
        Assert.That(lab.Flow.Tcp!.State, Is.EqualTo(state));
    }

    [Test]
    public void GivesItsKeyToANewConnectionOnceClosed()
    {
        var lab = new ReferenceLab(Tcp(s_guest, s_remote));
        Handshake(lab);
        ReferenceFlow before = lab.Flow;
        lab.Send(TcpFlags.Rst);

        lab.Send(TcpFlags.Syn);

        Assert.That(lab.Flow, Is.Not.SameAs(before));
        Assert.That(lab.Flow.Tcp!.State, Is.EqualTo(TcpState.SynSent));
    }

    [Test]
    public void GivesWayInItsOrder()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote), Tcp(s_guest, s_remote), Udp(s_neighbour, s_remote), Udp(s_guest, s_neighbour));
        lab.Router.Apply(new Transaction { Settings = new Settings { MaxFlows = 6 } });
        lab.Send();
        lab.Send(new PacketStep(1, false) { Flags = TcpFlags.Rst });
        lab.Send(new PacketStep(2, false));
        lab.Answer(new PacketStep(2, true));

        lab.Send(new PacketStep(3, false));
        Assert.That(lab.Router.Flows.TakeEnded().Single().Flow.Protocol, Is.EqualTo(IpProtocol.Tcp), "the closed one, before the half-open ones");

        lab.Answer(new PacketStep(3, true));
        lab.Answer();
        Assert.That(lab.Send(new PacketStep(1, false) { Flags = TcpFlags.Syn }).Reason, Is.EqualTo(DropReason.FlowTableFull), "all are established");
    }

    [Test]
    public void CountsUnderTheLimitOfItsInterface()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote), Tcp(s_guest, s_remote), Udp(s_neighbour, s_remote));
        lab.Router.Apply(new Transaction { Vifs = [Site.Tenant(2) with { MaxFlows = 2 }] });
        lab.Send();

        Assert.That(lab.Send(new PacketStep(1, false) { Flags = TcpFlags.Syn }).Reason, Is.EqualTo(DropReason.FlowLimit));
        Assert.That(lab.Send(new PacketStep(2, false)).Reason, Is.EqualTo(DropReason.None), "another's");
    }

    [Test]
    public void IsKeptWhileTheSameWouldBeDecided()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Govern(2, Allow(RuleDirection.Egress, "before"));
        lab.Send();

        lab.Govern(2, Allow(RuleDirection.Egress, "after"));
        lab.Router.Apply(new Transaction { Routes = [Site.Route(1, "10.2.0.2/32", 11)] });
        lab.Send();

        Assert.That((lab.Flow.Forward.Packets, lab.Flow.Judgement.RuleOf(0), lab.Flow.Forward.Way.NextHop.Value), Is.EqualTo((2L, "after", 11u)));
    }

    [Test]
    public void IsDeniedFromTheNextPacketOnWhereItsRuleGoes([Values] bool byAnAnswer)
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Govern(2, Allow(RuleDirection.Egress));
        lab.Send();

        lab.Govern(2, Allow(RuleDirection.Ingress));

        Assert.That(lab.Send(new PacketStep(0, byAnAnswer)).Reason, Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(lab.Flow.IsDenied, Is.True);
        Assert.That(lab.Router.Flows.TakeEnded().Single().Reason, Is.EqualTo(FlowEndReason.Revalidated));
    }

    [Test]
    public void GoesWithItsInterface()
    {
        var lab = new ReferenceLab(Udp(s_guest, s_remote));
        lab.Send();

        lab.Router.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(2))] });

        Assert.That(lab.Router.Flows.All, Is.Empty);
        Assert.That(lab.Router.Flows.TakeEnded().Single().Reason, Is.EqualTo(FlowEndReason.InterfaceRemoved));
    }

    private static void Handshake(ReferenceLab lab)
    {
        lab.Send(TcpFlags.Syn);
        lab.Send(TcpFlags.Syn | TcpFlags.Ack, isBack: true);
        lab.Send(TcpFlags.Ack);
    }
}
