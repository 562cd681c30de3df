using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Policy.Rules;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Answers find their flow however the other side sends them.</summary>
[TestFixture]
public sealed class AnswersTests
{
    [Test]
    public void MayComeByVniOrUnderALabelOrTheOther([Tunnels] EncapsulationKind there, [Values("vni", "vif", "vrf")] string back, [Values] bool isIpv6, [Values] bool hasLabel)
    {
        using Node node = Lab.Start(there).Guard(Lab.Tenant, Egress("out"));
        node.Apply(new Transaction { Vifs = [Tenant(hasLabel)] });
        Dialogue dialogue = Dialogue.Remote(node, isIpv6);
        dialogue.SendUdp();

        for (int i = 1; i <= 3; i++)
        {
            node.Receive(Lab.Fabric, FromPeer(hasLabel || back != "vif" ? back : "vrf", dialogue.UdpBack()));
            Assert.That(node.SentAll(Lab.Tenant), Has.Count.EqualTo(1));
            dialogue.SendUdp();
        }

        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 4, 3 }));
    }

    [Test]
    public void MayComeEachTimeAnotherWay()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("out"));
        node.Apply(new Transaction { Vifs = [Tenant(hasLabel: true)] });
        var dialogue = Dialogue.Remote(node);
        dialogue.SendUdp();

        foreach (string way in (string[])["vni", "vif", "vni", "vrf", "vif", "vif"])
        {
            Assert.That(node.Outcome(Lab.Fabric, FromPeer(way, dialogue.UdpBack())), Is.EqualTo(DropReason.None));
        }

        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 6 }));
    }

    [Test]
    public void AreOnesNextHopsKeptAfterAll()
    {
        // Answered by VNI where a label was thought of, while it ceases to be denied: set up as any other.
        using Node node = Lab.Start(EncapsulationKind.MplsOverUdp).Guard(Lab.Tenant, Ingress("in"));
        var dialogue = Dialogue.Remote(node, kind: EncapsulationKind.Vxlan);
        node.Apply(new Transaction { Vifs = [Tenant(hasLabel: true)] });
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        node.Rule(Lab.Tenant, Ingress("in"), Egress("out"));

        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(DropReason.None));
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(12), EncapsulationKind.MplsOverUdp, Ip("192.0.2.7")) { Label = 99 }] });
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(DropReason.None));

        Assert.That(node.Redecided(), Is.EqualTo(1));
        Assert.That(node.Flows().Select(flow => (flow.Key.SourcePort, flow.Packets)), Is.EqualTo(new[] { (80, 2), (1000, 0) }));
    }

    [Test]
    public void AreCheckedAgainOutOfAnotherTunnel([Values] bool isRouted, [Tunnels] EncapsulationKind kind, [Values] bool isIpv6)
    {
        using Node node = Lab.Start(kind);
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), kind, Ip(Lab.Peer(true))) { Label = Lab.Vni }] });
        Dialogue dialogue = Dialogue.Remote(node, isIpv6, kind);
        dialogue.SendUdp();
        dialogue.AnswerUdp();

        if (isRouted)
        {
            node.Apply(Lab.Route(1, IpPrefix.Host(Ip(Lab.Remote(isIpv6))).ToString(), 11));
        }

        byte[] fromOther = Lab.FromTunnel(kind, dialogue.UdpBack(), overIpv6: true);
        Assert.That(node.Outcome(Lab.Fabric, fromOther), Is.EqualTo(isRouted ? DropReason.None : DropReason.InvalidSource));
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(isRouted ? DropReason.InvalidSource : DropReason.None));
        Assert.That(node.Outcome(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(kind, "192.0.2.77", Lab.Endpoint(false), kind == EncapsulationKind.Vxlan ? Lab.Vni : Lab.VrfLabel, dialogue.UdpBack()))),
            Is.EqualTo(DropReason.UntrustedTunnelSource));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void OfAFloatingIpsClientsAreCheckedWhereTheFloatingIpIs()
    {
        // VRF 2 knows the client, VRF 1, that the guest is in, does not.
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            FloatingIps = [new FloatingIp(new VrfId(2), Ip("203.0.113.5")) { Vifs = [new VifId(Lab.Tenant)] }],
            Routes = [Lab.Route(2, "198.51.100.0/24", 10)],
        });
        byte[] frame = FromPeer("vif", Craft.Udp("198.51.100.7", "203.0.113.5"));
        Assert.That(node.Outcome(Lab.Fabric, frame), Is.EqualTo(DropReason.None));

        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { Mtu = 1400 }] });

        Assert.That(node.Outcome(Lab.Fabric, frame), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 2, 0 }));

        foreach (byte[] piece in Fragments.Of(Craft.Udp("198.51.100.7", "203.0.113.5", new byte[200]), 5, 64).Reverse())
        {
            Assert.That(node.Outcome(Lab.Fabric, FromPeer("vif", piece)), Is.EqualTo(DropReason.None));
        }
    }

    [Test]
    public void OfTranslatedFlowsAreNoOtherFlows([Values] bool translatedFirst)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            FloatingIps = [new FloatingIp(new VrfId(1), Ip("10.1.0.200")) { Vifs = [new VifId(Lab.Tenant)] }],
            NextHops = [new VifNextHop(new NextHopId(92), new VifId(Lab.Tenant))],
            Routes = [Lab.Route(1, "10.1.0.200/32", 92)],
        });

        for (ushort port = 1; port <= 20; port++)
        {
            byte[] toFloatingIp = Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.1.0.200", from: port));
            byte[] toTheGuest = Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.1.0.2", from: port));

            node.Receive(Lab.Fabric, translatedFirst ? toFloatingIp : toTheGuest);
            Assert.That(node.SentOnce(Lab.Tenant)[26..34], Is.EqualTo(new byte[] { 10, 2, 0, 2, 10, 1, 0, 2 }));
            node.Receive(Lab.Fabric, translatedFirst ? toTheGuest : toFloatingIp);
            List<byte[]> sent = node.SentAll(Lab.Tenant);

            // Between the same ends and ports there can be one that is translated, if it comes first: its answers say how.
            Assert.That(sent.Select(each => each[26..34]), Is.EqualTo(translatedFirst ? [new byte[] { 10, 2, 0, 2, 10, 1, 0, 2 }] : Array.Empty<byte[]>()));
            Assert.That(node.LastDrop, Is.EqualTo(translatedFirst ? DropReason.None : DropReason.FlowConflict));
            node.Receive(Lab.Fabric, translatedFirst ? toFloatingIp : toTheGuest);
            Assert.That(node.SentOnce(Lab.Tenant)[26..34], Is.EqualTo(new byte[] { 10, 2, 0, 2, 10, 1, 0, 2 }), "the first one goes on");
        }

        Assert.That(node.Plane.ReadCounters().FlowsCreated, Is.EqualTo(20 * (translatedFirst ? 3 : 2)));
    }

    private static Vif Tenant(bool hasLabel) =>
        Guarding.TenantVif(Lab.Tenant) with { SecurityGroups = [new SecurityGroupId(100 + Lab.Tenant)], Label = new MplsLabel(hasLabel ? Lab.VifLabel : 0) };

    private static byte[] FromPeer(string way, byte[] packet) => way switch
    {
        "vni" => Lab.FromTunnel(EncapsulationKind.Vxlan, packet),
        "vrf" => Lab.FromTunnel(EncapsulationKind.MplsOverUdp, packet),
        _ => Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, Lab.Peer(false), Lab.Endpoint(false), Lab.VifLabel, packet)),
    };
}
