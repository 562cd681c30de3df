using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Control;

namespace VRouter.Tests.Unit.Walk;

/// <summary>A flow sleeps while its next hop becomes another one, and another one again, in the memory of the first.</summary>
[TestFixture]
public sealed class NextHopReuseTests
{
    private static readonly byte[] s_frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.7.0.1"));

    [Test]
    public void AsksTheGroupsOfWhoeverIsThere()
    {
        using Node node = Start(new VifNextHop(new NextHopId(70), new VifId(Lab.Neighbour)));
        node.Receive(Lab.Tenant, s_frame);
        node.SentOnce(Lab.Neighbour);

        Replace(node, new DiscardNextHop(new NextHopId(70)), new VifNextHop(new NextHopId(70), new VifId(Lab.Other)));

        node.AssertDropped(Lab.Tenant, s_frame, DropReason.SecurityGroupDenied);
    }

    [Test]
    public void TakesTheLabelOfItsTunnel()
    {
        var tunnel = new TunnelNextHop(new NextHopId(70), EncapsulationKind.MplsOverUdp, Node.Ip(Lab.Peer(false))) { Label = 77 };
        using Node node = Start(tunnel);
        node.Receive(Lab.Tenant, s_frame);
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Headers.Label, Is.EqualTo(77));

        Replace(node, tunnel with { Label = 78 }, tunnel with { Label = 79 });

        node.Receive(Lab.Tenant, s_frame);
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Headers.Label, Is.EqualTo(79));
    }

    private static Node Start(NextHop nextHop) => Lab.Start().Apply(new Transaction
    {
        SecurityGroups = [Editing.Group(5)],
        Vifs = [Lab.TenantVif(Lab.Other, 2) with { SecurityGroups = Editing.Groups(5) }],
        NextHops = [nextHop],
        Routes = [Lab.Route(1, "10.7.0.0/16", 70)],
    });

    private static void Replace(Node node, params NextHop[] nextHops)
    {
        foreach (NextHop nextHop in nextHops)
        {
            node.Apply(new Transaction { NextHops = [nextHop] });
        }
    }
}
