using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Ways of translated flows that pass through a VRF in between: a change there reaches them as well.</summary>
[TestFixture]
public sealed class LookupChangesTests
{
    private const byte Udp = IpProtocol.Udp;
    private const uint Beyond = 6, BeyondVni = 7006, IntoBeyond = 27;

    [Test]
    public void ReachWhatASourceNatSends([Values] bool isNarrower)
    {
        using Node node = Start();
        node.Apply(SourceNatTests.Nat());
        SourceNatTests.Out(node, Udp, Door.Vni(BeyondVni)).AssertWorks();

        TurnInBetween(node, isNarrower);

        SourceNatTests.Out(node, Udp).AssertWorks();
    }

    [Test]
    public void ReachWhatLeavesAsAFloatingIp([Values] bool isNarrower)
    {
        using Node node = Start();
        node.Apply(Float(Floating(), Lab.Tenant));
        SourceNatTests.Out(node, Udp, Door.Vni(BeyondVni), seen: Floating()).AssertWorks();

        TurnInBetween(node, isNarrower);

        SourceNatTests.Out(node, Udp, seen: Floating()).AssertWorks();
    }

    [Test]
    public void ReachWhatIsAddressedToAFloatingIp()
    {
        using Node node = Start();
        node.Apply(Float(Beyond, Floating(), Lab.Tenant) with { PortMappings = [Map(Udp, 80, 8080)] });
        node.Routes(2, Floating(), IntoPublic).Routes(Public, Floating(), IntoBeyond).Routes(Beyond, Floating(), ToTenant);
        Side client = Tenant(1000, vif: Lab.Neighbour) with { Door = Door.Tenant(Lab.Other) };
        Exchange.To(node, Udp, client, Floating(), 80, Tenant(8080)).AssertWorks();

        node.Routes(Public, Floating(), ToPublic, PublicVni);

        Exchange.To(node, Udp, client, Floating(), 80, new Side(Door.Vni(PublicVni), Floating(), 80)).AssertAsked();
    }

    [Test]
    public void ReachTheWayBackOfWhatIsTranslated([Values] bool isNarrower)
    {
        using Node node = Start();
        node.Apply(Float(1, Groups.Service(), Lab.Tenant) with { PortMappings = [Map(Udp, 80, 8080)] }).Routes(1, Groups.Service(), ToTenant);
        node.Apply(Lab.Route(1, "198.51.100.0/24", IntoPublic));
        Side client = Outside(1000) with { Door = Door.Vni() with { Out = BeyondVni } };
        Exchange.To(node, Udp, client, Groups.Service(), 80, Tenant(8080)).AssertWorks();

        TurnInBetween(node, isNarrower);

        Exchange.To(node, Udp, client with { Door = client.Door with { Out = PublicVni } }, Groups.Service(), 80, Tenant(8080)).AssertWorks();
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 4, 4 }), "the flow is kept");
    }

    [Test]
    public void ThatTouchNoFlowKeepIt()
    {
        using Node node = Start();
        node.Apply(SourceNatTests.Nat());
        SourceNatTests.Out(node, Udp, Door.Vni(BeyondVni)).AssertWorks();

        node.Apply(Lab.Route(2, "198.51.100.0/25", 10), Lab.Route(Public, "198.51.100.128/25", ToPublic, PublicVni));

        SourceNatTests.Out(node, Udp, Door.Vni(BeyondVni)).AssertWorks();
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 4, 4 }));
    }

    /// <summary>From the public VRF all is looked up in the one beyond.</summary>
    private static Node Start()
    {
        Node node = Scene.Start();
        return node.Apply(new Transaction
        {
            Vrfs = [new Vrf(new VrfId(Beyond)) { Name = "beyond", ForwardingMode = ForwardingMode.L3 }],
            Vnis = [new VniEntry(new Vni(BeyondVni), new VrfId(Beyond))],
            NextHops = [new VrfNextHop(new NextHopId(IntoBeyond), new VrfId(Beyond))],
            Routes = [Lab.Route(Public, "198.51.100.0/24", IntoBeyond), Lab.Route(Beyond, "198.51.100.0/24", ToPublic, BeyondVni)],
        });
    }

    /// <summary>The public VRF knows a way of its own from now on.</summary>
    private static void TurnInBetween(Node node, bool isNarrower) =>
        node.Apply(Lab.Route(Public, isNarrower ? Outsider() + "/32" : "198.51.100.0/24", ToPublic, PublicVni));
}
