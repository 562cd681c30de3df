using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using static VRouter.Tests.Unit.Policy.Rules;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Changes of the configuration while flows stand: they reach those that depended on what has changed, and no others (semantics, section 4).</summary>
[TestFixture]
public sealed class ChangesTests
{
    private static readonly DataPlaneOptions s_telling = new() { Frames = 4096, FlowEvents = true };

    [Test]
    public void KeepAFlowOfTheSameVerdict([Values] bool answerFirst)
    {
        using Node node = Lab.Start(options: s_telling).Guard(Lab.Neighbour, Ingress("all"));
        var dialogue = Dialogue.Local(node);
        dialogue.SendUdp();
        dialogue.AnswerUdp();

        node.Rule(Lab.Neighbour, Ingress("udp") with { Protocol = IpProtocol.Udp });
        Assert.That(answerFirst ? dialogue.AnswerUdp() : dialogue.SendUdp(), Is.EqualTo(DropReason.None));

        Assert.That(node.Flows().Sum(flow => (long)flow.Packets), Is.EqualTo(3));
        Assert.That(node.Flows().Select(flow => flow.RuleId), Is.All.EqualTo("udp"));
        Assert.That(node.Redecided(), Is.EqualTo(1));
        Assert.That(node.Plane.TakeFlowEvents().Events, Has.Count.EqualTo(1), "only its beginning");
    }

    [Test]
    public void EndAFlowThatIsDeniedNow([Values] bool answerFirst, [Values] bool isRemote, [Values] bool isIpv6)
    {
        using Node node = Lab.Start(options: s_telling).Guard(Lab.Tenant, Egress("out"), Ingress("in"));
        Dialogue dialogue = isRemote ? Dialogue.Remote(node, isIpv6) : Dialogue.Local(node, isIpv6);
        dialogue.SendUdp();
        dialogue.AnswerUdp();
        node.Plane.TakeFlowEvents();

        node.Rule(Lab.Tenant, Ingress("in"));
        DropReason[] reasons = answerFirst ? [dialogue.AnswerUdp(), dialogue.SendUdp()] : [dialogue.SendUdp(), dialogue.AnswerUdp()];

        Assert.That(reasons, Is.All.EqualTo(DropReason.SecurityGroupDenied), "in both directions");
        FlowEvent[] events = [.. node.Plane.TakeFlowEvents().Events];
        Assert.That(events.Select(item => (item.Kind, item.Records[0].EndReason, item.Records[0].Action)), Is.EqualTo(new[]
        {
            (FlowEventKind.Ended, FlowEndReason.Revalidated, FlowAction.Forward),
            (FlowEventKind.Started, FlowEndReason.None, FlowAction.Drop),
        }));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public void LetPassWhatWasDenied([Values] bool answerFirst)
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Egress("out"));
        var dialogue = Dialogue.Local(node);
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));

        node.Rule(Lab.Neighbour, Egress("out"), Ingress("in"));

        Assert.That(answerFirst ? dialogue.AnswerUdp() : dialogue.SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(answerFirst ? dialogue.SendUdp() : dialogue.AnswerUdp(), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows().Select(flow => (flow.Action, flow.Packets)), Is.EqualTo(new[] { (FlowAction.Forward, 1ul), (FlowAction.Forward, 1ul) }));
    }

    [Test]
    public void OfAnInterfacesGroupsReachItsFlows()
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Local(node);
        dialogue.SendUdp();

        node.Guard(Lab.Neighbour);

        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Neighbour)] });
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void OfWhoIsInARemoteGroupReachFlows([Values] bool isRemote)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("out").FromGroup(700));
        Dialogue dialogue = isRemote ? Dialogue.Remote(node) : Dialogue.Local(node);
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));

        Join([new SecurityGroupId(700)]);
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None));
        Join([]);
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));

        void Join(ValueList<SecurityGroupId> groups) => node.Apply(isRemote
            ? new Transaction { Routes = [Lab.Route(1, "10.2.0.0/16", 10) with { SecurityGroups = groups }] }
            : new Transaction { SecurityGroups = [new SecurityGroup(new SecurityGroupId(700), "", [Ingress("in")])], Vifs = [Guarding.TenantVif(Lab.Neighbour) with { SecurityGroups = groups }] });
    }

    [Test]
    public void OfARouteTakeItsFlowsAlong([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Remote(node, isIpv6);
        dialogue.SendUdp();
        dialogue.AnswerUdp();

        node.Apply(new Transaction
        {
            NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.MplsOverUdp, Ip(Lab.Peer(true))) { Label = 77 }],
            Routes = [Lab.Route(1, IpPrefix.Host(Ip(Lab.Remote(isIpv6))).ToString(), 11)],
        });
        node.Receive(Lab.Tenant, Lab.FromTenant(dialogue.Udp()));

        TunnelHeaders headers = Tunnelled.Read(node.SentOnce(Lab.Fabric)).Headers;
        Assert.That((headers.Kind, headers.Label), Is.EqualTo((EncapsulationKind.MplsOverUdp, 77)));
        Assert.That(node.Flows().Select(flow => (flow.Packets, flow.NextHop.Value)), Is.EqualTo(new[] { (2, 11), (1, 0) }));
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(DropReason.InvalidSource), "from the tunnel that its source is not behind any more");
        Assert.That(node.Outcome(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, dialogue.UdpBack(), overIpv6: true)), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void OfWherePeersAreKeepTheirConnections()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Ingress("web").Tcp().To(80, 80));
        Dialogue dialogue = Dialogue.Remote(node).Reversed.Connect();

        // The client has moved, and the server is the next to send: its own egress rules would not let it.
        node.Apply(new Transaction
        {
            NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Ip(Lab.Peer(true))) { Label = Lab.Vni }],
            Routes = [Lab.Route(1, "10.2.0.2/32", 11)],
        });

        Assert.That(dialogue.Answer(TcpFlags.Ack, 501, 101, payload: 10), Is.EqualTo(DropReason.None));
        Assert.That(node.Outcome(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, dialogue.Tcp(TcpFlags.Ack, 101, 511), overIpv6: true)), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 3, 2 }));
    }

    [Test]
    public void OfAPeerFromHereToElsewhereKeepItsFlows()
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Local(node);
        dialogue.SendUdp();

        node.Apply(Lab.Route(1, "10.1.0.3/32", 10));

        node.Receive(Lab.Tenant, Lab.FromTenant(dialogue.Udp()));
        node.SentOnce(Lab.Fabric);
        Assert.That((dialogue with { Server = new End(Lab.Fabric, "10.1.0.3") }).AnswerUdp(), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 2, 1 }));
    }

    [Test]
    public void OfAPeerFromElsewhereToHereKeepItsFlowsIfItsOwnGroupsDo([Values] bool allowed)
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, allowed ? [Ingress("in")] : []);
        node.Apply(Lab.Route(1, "10.1.0.3/32", 10));
        var dialogue = Dialogue.Local(node);
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VrfId(1), Prefix("10.1.0.3/32"))] });

        Assert.That(dialogue.SendUdp(), Is.EqualTo(allowed ? DropReason.None : DropReason.SecurityGroupDenied));
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(allowed ? DropReason.None : DropReason.SecurityGroupDenied));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(allowed ? new[] { 2, 1 } : [1, 1]));
    }

    [Test]
    public void OfPolicyDisabledReachFlows()
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour);
        Vif guarded = Guarding.TenantVif(Lab.Neighbour) with { SecurityGroups = [new SecurityGroupId(100 + Lab.Neighbour)] };
        var dialogue = Dialogue.Local(node);
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));

        node.Apply(new Transaction { Vifs = [guarded with { PolicyDisabled = true }] });
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(DropReason.None));
        node.Apply(new Transaction { Vifs = [guarded] });
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
    }

    [Test]
    public void OfAVrfThatIsGoneLeaveNothingToTheNextOne()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            Vrfs = [new Vrf(new VrfId(5)) { ForwardingMode = ForwardingMode.L3 }],
            NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Ip(Lab.Peer(true))) { Label = 55 }],
            Vnis = [new VniEntry(new Vni(55), new VrfId(5))],
            Routes = [Lab.Route(5, "10.7.0.0/24", 10), Lab.Route(5, "10.8.0.0/24", 11)],
        });
        byte[] frame = Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.Vxlan, Lab.Peer(false), Lab.Endpoint(false), 55, Craft.Udp("10.7.0.1", "10.8.0.1")));
        Assert.That(node.Outcome(Lab.Fabric, frame), Is.EqualTo(DropReason.None));

        node.Apply(new Transaction
        {
            Deletes = [ObjectKey.Of(new VrfId(5)), ObjectKey.Of(new Vni(55)), ObjectKey.Of(new VrfId(5), Prefix("10.7.0.0/24")), ObjectKey.Of(new VrfId(5), Prefix("10.8.0.0/24"))],
        });
        Assert.That(node.Outcome(Lab.Fabric, frame), Is.EqualTo(DropReason.InvalidVni));
        node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(6)) { ForwardingMode = ForwardingMode.L3, RpfDisabled = true }], Vnis = [new VniEntry(new Vni(55), new VrfId(6))] });

        Assert.That(node.Outcome(Lab.Fabric, frame), Is.EqualTo(DropReason.NoRoute));
    }

    [Test]
    public void OfOtherThingsDecideNothingAnew()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("out")).Guard(Lab.Neighbour, Ingress("in"));
        Dialogue local = Dialogue.Local(node), remote = Dialogue.Remote(node, isIpv6: true);
        local.SendUdp();
        remote.SendUdp();

        foreach (Transaction other in Unrelated())
        {
            node.Apply(other);

            foreach (Dialogue dialogue in (Dialogue[])[local, remote])
            {
                Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None));
                Assert.That(dialogue.AnswerUdp(), Is.EqualTo(DropReason.None));
            }
        }

        Assert.That(node.Redecided(), Is.Zero);
        Assert.That(node.Flows().Sum(flow => (long)flow.Packets), Is.EqualTo(2 + 4 * Unrelated().Count()));
    }

    [Test]
    public void AreToldByATraceThatChangesNothing([Values] bool fromPeer)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("out"));
        var dialogue = Dialogue.Remote(node);
        dialogue.SendUdp();
        dialogue.AnswerUdp();
        node.Rule(Lab.Tenant, Egress("another"), Ingress("in"));

        (uint vif, byte[] frame) = fromPeer ? (Lab.Fabric, dialogue.Server.FrameOf(dialogue.UdpBack())) : (Lab.Tenant, Lab.FromTenant(dialogue.Udp()));
        TraceResult result = node.Plane.Trace(new VifId(vif), frame);

        Assert.That(result.DropReason, Is.EqualTo(DropReason.None));
        Assert.That(result.Steps.Select(step => step.Detail), Has.Some.Contains("decided anew"));
        Assert.That(node.Flows().Select(flow => (flow.Packets, flow.RuleId)), Is.EqualTo(new[] { (1, "out"), (1, "out") }));
        Assert.That(node.Redecided(), Is.Zero);
    }

    private static IEnumerable<Transaction> Unrelated()
    {
        yield return new Transaction { Vrfs = [new Vrf(new VrfId(7)) { ForwardingMode = ForwardingMode.L3 }] };
        yield return new Transaction { Vifs = [Lab.TenantVif(7, 7)] };
        yield return new Transaction { SecurityGroups = [new SecurityGroup(new SecurityGroupId(55), "", [Ingress("x")])] };
        yield return new Transaction { Vifs = [Lab.TenantVif(7, 7) with { SecurityGroups = [new SecurityGroupId(55)] }] };
        yield return new Transaction { SecurityGroups = [new SecurityGroup(new SecurityGroupId(55), "", [Ingress("y")])] };
        yield return new Transaction { SecurityGroups = [new SecurityGroup(new SecurityGroupId(100 + Lab.Tenant), "", [Egress("out"), Ingress("in")])] };
        yield return new Transaction { NextHops = [new TunnelNextHop(new NextHopId(12), EncapsulationKind.MplsOverUdp, Ip("192.0.2.7")) { Label = 99 }] };
        yield return new Transaction { Routes = [Lab.Route(1, "10.77.0.0/24", 12), Lab.Route(1, "fd77::/64", 12), Lab.Route(2, "10.1.0.2/32", 12)] };
        yield return new Transaction { Labels = [new LabelEntry(new MplsLabel(3000), new NextHopId(20))], Vnis = [new VniEntry(new Vni(7007), new VrfId(7))] };
        yield return new Transaction { Vifs = [Lab.TenantVif(Lab.Other, 2) with { Mtu = 1400 }] };
        yield return new Transaction { Deletes = [ObjectKey.Of(new VrfId(1), Prefix("10.77.0.0/24")), ObjectKey.Of(new MplsLabel(3000))] };
    }
}
