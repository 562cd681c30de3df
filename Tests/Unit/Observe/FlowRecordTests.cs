using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Observe;

/// <summary>What people are told of the flows that stand (semantics, sections 4, 5 and 8).</summary>
public sealed class FlowRecordTests
{
    [Test]
    public void TellsOfEachDirectionWhereItComesInAndWhatItCarried()
    {
        using Node node = Lab.Start();
        byte[] there = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3"));
        byte[] back = Lab.FromTenant(Craft.Udp("10.1.0.3", "10.1.0.2", new byte[200], from: 2000, to: 1000), Lab.Neighbour);
        node.Receive(Lab.Tenant, there);
        node.Wait(1.5);
        node.Receive(Lab.Tenant, there);
        node.Wait(2);
        node.Receive(Lab.Neighbour, back);

        FlowRecord[] records = Listed(node);

        var key = new FlowRecordKey(new VrfId(1), Node.Ip("10.1.0.2"), Node.Ip("10.1.0.3"), IpProtocol.Udp, 1000, 2000, new VifId(Lab.Tenant));
        var reverse = new FlowRecordKey(new VrfId(1), Node.Ip("10.1.0.3"), Node.Ip("10.1.0.2"), IpProtocol.Udp, 2000, 1000, new VifId(Lab.Neighbour));
        FlowRecord common = new FlowRecord(key, reverse) { Started = node.Clock.GetUtcNow().AddSeconds(-3.5), LastSeen = node.Clock.GetUtcNow() };
        Assert.That(records, Is.EquivalentTo(new[]
        {
            common with { Packets = 2, Bytes = 2 * (ulong)there.Length },
            common with { Key = reverse, ReverseKey = key, Packets = 1, Bytes = (ulong)back.Length },
        }));
    }

    [TestCase(EncapsulationKind.Vxlan)]
    [TestCase(EncapsulationKind.MplsOverUdp)]
    public void TellsTheLocalEndOfWhatComesFromTheFabric(EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);
        node.Receive(Lab.Fabric, Lab.FromTunnel(kind, Craft.Udp("10.2.0.2", "10.1.0.2")));

        FlowRecord[] records = Listed(node);

        Assert.That(records.Select(record => record.Key.Vif.Value), Is.EqualTo(new[] { Lab.Tenant, Lab.Tenant }));
        Assert.That(records.Select(record => record.NextHop.Value), Is.EqualTo(new[] { 0, 10 }), "derived; the tunnel back");
    }

    [Test]
    public void HasNoEndHereForWhatIsInTransit()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip(Lab.Peer(true))) { Label = 7 }], Routes = [Lab.Route(1, "10.3.0.0/16", 11)] });
        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.3.0.2")));

        FlowRecord[] records = Listed(node);

        Assert.That(records.Select(record => (record.Key.Vif.Value, record.NextHop.Value)), Is.EqualTo(new[] { (0, 11), (0, 10) }));
    }

    [Test]
    public void TellsWhatATcpConnectionIsAt()
    {
        using Node node = Lab.Start();

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Tcp("10.1.0.2", "10.1.0.3", TcpFlags.Syn)));

        Assert.That(Listed(node).Select(record => record.TcpState), Is.EqualTo(new[] { TcpState.SynSent, TcpState.SynSent }));
    }

    [Test]
    public void TellsTheIdentifierOfAnEchoBothWays()
    {
        using Node node = Lab.Start();

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Echo("10.1.0.2", "10.1.0.3")));

        FlowRecord[] records = Listed(node);
        Assert.That(records.Select(record => (record.Key.Protocol, record.Key.DestinationPort)), Is.All.EqualTo((IpProtocol.Icmp, 0)));
        Assert.That(records[0].Key.SourcePort, Is.Not.Zero.And.EqualTo(records[1].Key.SourcePort));
    }

    [Test]
    public void NamesTheRuleOfItsOwnSenderFirst()
    {
        using Node node = Guarded(egress: [Egress("out")], ingress: [Ingress("in")]);

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));

        Assert.That(Listed(node).Select(record => record.RuleId), Is.EqualTo(new[] { "out", "in" }));
    }

    [Test]
    public void NamesTheRuleOfTheOnlySideThatHasOne()
    {
        using Node node = Guarded(egress: [], ingress: [Ingress("in")]);
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { Label = new MplsLabel(Lab.VifLabel) }] });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));

        Assert.That(Listed(node).Select(record => record.RuleId), Is.EqualTo(new[] { "in", "in" }));
    }

    [Test]
    public void NamesTheRuleThatDenied([Values] bool bySender)
    {
        SecurityRule denying = bySender ? Egress("no") with { Action = RuleAction.Deny } : Ingress("no", RuleAction.Deny);
        using Node node = bySender ? Guarded([denying], [Ingress("in")]) : Guarded([Egress("out")], [denying]);
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3"));

        Drop drop = node.AssertDropped(Lab.Tenant, frame, DropReason.SecurityGroupDenied);
        Drop again = node.AssertDropped(Lab.Tenant, frame, DropReason.SecurityGroupDenied);
        FlowRecord[] records = Listed(node);

        Assert.That(new[] { drop, again }.Select(item => (item.RuleId, item.Object)), Is.All.EqualTo(("no", ObjectKey.Of(new SecurityGroupId(bySender ? 8000001u : 8000002u)))));
        Assert.That(records.Select(record => (record.RuleId, record.Action, record.DropReason)), Is.All.EqualTo(("no", FlowAction.Drop, DropReason.SecurityGroupDenied)));
        Assert.That(records.Select(record => record.NextHop.Value), Is.All.Zero);
        Assert.That(records[0].Packets, Is.EqualTo(2));
    }

    [Test]
    public void NamesNoRuleWhereNoneMatched()
    {
        using Node node = Guarded(egress: [Egress("out")], ingress: [Ingress("in").Tcp()]);

        Drop drop = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")), DropReason.SecurityGroupDenied);

        Assert.That((drop.RuleId, drop.Object), Is.EqualTo(("", ObjectKey.Of(new VifId(Lab.Neighbour)))), "the side that has no rule for it");
        Assert.That(Listed(node).Select(record => record.RuleId), Is.All.Empty);
        TraceResult again = node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));
        Assert.That(again.Steps.Select(step => step.RuleId), Is.All.Empty);
    }

    [Test]
    public void TellsInATraceWhichRuleDenies()
    {
        using Node node = Guarded(egress: [Egress("out")], ingress: [Ingress("no", RuleAction.Deny)]);

        TraceResult result = node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));

        TraceStep last = result.Steps[^1];
        Assert.That((last.Stage, last.RuleId, last.Object), Is.EqualTo(("drop", "no", ObjectKey.Of(new SecurityGroupId(8000002)))));
        Assert.That(Listed(node), Is.Empty);
    }

    [Test]
    public void TellsOnDropWhichRuleDenied()
    {
        var told = new List<Drop>();
        using Node node = Guarded([Egress("out")], [Ingress("no", RuleAction.Deny)], new DataPlaneOptions { Frames = 4096, OnDrop = told.Add });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));

        Assert.That(told.Single().RuleId, Is.EqualTo("no"));
    }

    /// <summary>The Lab with egress rules at its tenant and ingress rules at the tenant's neighbour.</summary>
    internal static Node Guarded(SecurityRule[] egress, SecurityRule[] ingress, DataPlaneOptions? options = null) => Lab.Start(options: options).Apply(new Transaction
    {
        SecurityGroups = [new SecurityGroup(new SecurityGroupId(8000001), "egress", [.. egress]), new SecurityGroup(new SecurityGroupId(8000002), "ingress", [.. ingress])],
        Vifs =
        [
            Lab.TenantVif(Lab.Tenant, 1) with { Label = new MplsLabel(Lab.VifLabel), SecurityGroups = [new SecurityGroupId(8000001)] },
            Lab.TenantVif(Lab.Neighbour, 1) with { SecurityGroups = [new SecurityGroupId(8000002)] },
        ],
    });

    // The direction of the first packet first.
    private static FlowRecord[] Listed(Node node) => [.. node.Plane.ReadFlows()];
}
