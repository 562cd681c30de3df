using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>What guests with floating IPs send by themselves (semantics, section 6).</summary>
[TestFixture]
public sealed class FloatingIpOutboundTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp, Icmp = IpProtocol.Icmp;

    [Test]
    public void LeavesAsItAndAnswersFindBack(
        [Values(FloatingIpDirection.Both, FloatingIpDirection.Egress)] FloatingIpDirection direction,
        [Values(Tcp, Udp, Sctp, Icmp, IpProtocol.Gre)] byte protocol,
        [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(isIpv6), Lab.Tenant) with { Direction = direction });

        Out(node, protocol, isIpv6: isIpv6).AssertWorks();

        Assert.That(node.Flows().Select(flow => (flow.Action, flow.Packets)), Is.EqualTo(new[] { (FlowAction.Nat, 2ul), (FlowAction.Nat, 2ul) }));
    }

    [Test]
    public void IsToldAsFlowsOfBothKeys()
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(), Lab.Tenant));
        Out(node, Udp).AssertAsked();

        var asked = new FlowRecordKey(new VrfId(1), Ip("10.1.0.2"), Ip(Outsider()), Udp, 5000, 53, new VifId(Lab.Tenant));
        var answered = new FlowRecordKey(new VrfId(Public), Ip(Outsider()), Ip(Floating()), Udp, 53, 5000, new VifId(Lab.Tenant));
        Assert.That(node.Flows().Select(flow => (flow.Key, flow.ReverseKey)), Is.EqualTo(new[] { (asked, answered), (answered, asked) }));
    }

    [Test]
    public void IsNotOfOneThatIsForOthersConnections()
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(), Lab.Tenant) with { Direction = FloatingIpDirection.Ingress });

        Assert.That(Out(node, Udp).Ask(), Is.EqualTo(DropReason.NoRoute), "its own VRF knows of no outside");
    }

    [Test]
    public void AnswersMayComeByTheLabelOfItsInterface([Values(Tcp, Udp, Sctp, Icmp)] byte protocol, [Values] bool isIpv6, [Values] FloatingIpDirection direction)
    {
        using Node node = Scene.Start(EncapsulationKind.MplsOverUdp);
        node.Apply(Float(Floating(isIpv6), Lab.Tenant) with { Direction = direction == FloatingIpDirection.Ingress ? FloatingIpDirection.Both : direction });
        var door = Door.Label(Lab.VifLabel, PeersLabel);

        Exchange call = Out(node, protocol, door, isIpv6);
        (call with { HopsBack = 0 }).AssertWorks();
    }

    [Test]
    public void AnswersMayComeInAnotherTunnelThanExpected([Values] bool expectsLabel, [Values] FloatingIpDirection direction, [Values] bool isIpv6)
    {
        using Node node = Scene.Start(expectsLabel ? EncapsulationKind.MplsOverUdp : EncapsulationKind.Vxlan);
        node.Apply(Float(Floating(isIpv6), Lab.Tenant) with { Direction = direction == FloatingIpDirection.Ingress ? FloatingIpDirection.Both : direction });
        node.Routes(Public, Floating(isIpv6), ToTenant);
        Door byLabel = Door.Label(Lab.VifLabel, PeersLabel), byVni = Door.Vni(PublicVni);
        Exchange call = Out(node, Udp, expectsLabel ? byLabel : byVni, isIpv6);

        call.AssertAsked();
        node.Receive(Lab.Fabric, (expectsLabel ? byVni : byLabel).Frame(call.Answer.Bytes));
        Assert.That(Door.Tenant().Taken(node), Is.EqualTo((call with { HopsBack = expectsLabel ? 1 : 0 }).Returning.Bytes));
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
    }

    [Test]
    public void LeavesOntoTheUnderlayAndAnswersComeInNoTunnel([Values(Tcp, Udp, Sctp, Icmp)] byte protocol, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Float(0, Floating(isIpv6), Lab.Tenant) with { Direction = FloatingIpDirection.Egress });

        Out(node, protocol, Door.Underlay, isIpv6, Stranger(isIpv6)).AssertWorks();
    }

    [Test]
    public void IsOfTheVrfWithTheLongestRoute([Values("198.0.0.0/8", "198.51.100.0/24", "198.51.100.0/28")] string own)
    {
        using Node node = WithAnother("another", 6);
        node.Apply(Lab.Route(6, "198.51.0.0/16", ToPublic, 7006));
        node.Apply(Lab.Route(1, own, 10));
        node.Apply(Float(Floating(), Lab.Tenant), Float(6, Floating(number: 11), Lab.Tenant));

        bool isShorter = Prefix(own).Length < 24;
        Out(node, Udp, Door.Vni(isShorter ? PublicVni : Lab.Vni), seen: isShorter ? Floating() : "10.1.0.2").AssertAsked("the own VRF wins a tie");

        node.Apply(Lab.Route(6, Outsider() + "/32", ToPublic, 7006));
        Exchange other = Out(node, Udp, Door.Vni(7006), seen: Floating(number: 11));
        (other with { Client = other.Client with { Port = 5001 }, Seen = other.Seen with { Port = 5001 } }).AssertAsked("a host route is longer than all");
    }

    [TestCase("a", 10, "z", 11, 10)]
    [TestCase("z", 10, "a", 11, 11)]
    [TestCase("Z", 11, "a", 10, 11, Description = "names are compared by their characters' numbers")]
    public void BetweenEqualRoutesIsOfTheLowerVrfName(string first, int firstNumber, string second, int secondNumber, int expected)
    {
        using Node node = Scene.Start();
        Rename(node, Public, first);
        Rename(node, 6, second);
        node.Apply(new Transaction { Vnis = [new VniEntry(new Vni(7006), new VrfId(6))] });
        node.Apply(Lab.Route(6, "198.51.100.0/24", ToPublic, 7006));
        node.Apply(Float(Floating(number: firstNumber), Lab.Tenant), Float(6, Floating(number: secondNumber), Lab.Tenant));

        Out(node, Udp, Door.Vni(expected == firstNumber ? PublicVni : 7006), seen: Floating(number: expected)).AssertWorks();
    }

    [TestCase(9, 10)]
    [TestCase(100, 10)]
    public void InOneVrfIsTheLowerAddress(int first, int second)
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(number: first), Lab.Tenant), Float(Floating(number: second), Lab.Tenant));

        Out(node, Udp, seen: Floating(number: Math.Min(first, second))).AssertWorks();
    }

    [Test]
    public void TranslatesOnlyMappedPorts([Values(Tcp, Udp, Sctp, Icmp)] byte protocol)
    {
        using Node node = Scene.Start();
        node.Apply(Lab.Route(1, "198.51.0.0/16", 10));
        node.Apply(Float(Floating(), Lab.Tenant) with { PortMappings = [Map(protocol == Icmp ? Tcp : protocol, 80, 5000)] });
        Exchange mapped = Out(node, protocol), unmapped = Out(node, protocol, Door.Vni(), seen: "10.1.0.2");

        if (protocol != Icmp)
        {
            (mapped with { Seen = mapped.Seen with { Port = 80 } }).AssertWorks();
            unmapped = unmapped with { Client = unmapped.Client with { Port = 5001 }, Seen = unmapped.Seen with { Port = 5001 } };
        }

        unmapped.AssertWorks();
    }

    [Test]
    public void IsOfTheFixedAddressOnly()
    {
        using Node node = Scene.Start();
        Vif tenant = Guarding.TenantVif(Lab.Tenant);
        node.Apply(new Transaction { Vifs = [tenant with { Addresses = [.. tenant.Addresses, Prefix("10.1.0.22")] }] });
        node.Apply(Float(Floating(), Lab.Tenant));
        Exchange call = Out(node, Udp);

        call.AssertAsked();
        Assert.That((call with { Client = call.Client with { Address = "10.1.0.22" } }).Ask(), Is.EqualTo(DropReason.NoRoute));

        node.Apply(Float(Floating(), Lab.Tenant) with { FixedAddress = Ip("10.1.0.22") });
        (call with { Client = call.Client with { Address = "10.1.0.22" } }).AssertWorks();
    }

    [Test]
    public void IsNotTranslatedInThePacketMode()
    {
        using Node node = Scene.Start();
        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { PolicyDisabled = true }] });
        node.Apply(Lab.Route(1, "203.0.113.0/24", IntoPublic));
        node.Apply(Float(Floating(), Lab.Tenant), Float(Floating(number: 12), Lab.Other)).Routes(Public, Floating(number: 12), ToOther);

        Assert.That(Out(node, Udp).Ask(), Is.EqualTo(DropReason.NoRoute));

        // To somebody whose packets are of flows it goes as itself, too.
        Exchange.To(node, Udp, Tenant(5000), Floating(number: 12), 53, Tenant(53, vif: Lab.Neighbour) with { Door = Door.Tenant(Lab.Other) }).AssertAsked();
    }

    [Test]
    public void HasItsSegmentSizeLoweredToWhatFits([Values] bool isIpv6, [Values(TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack)] TcpFlags flags)
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(isIpv6), Lab.Tenant));
        int fits = SizeTests.Room(EncapsulationKind.Vxlan, overIpv6: false) - (isIpv6 ? 60 : 40);

        node.Receive(Lab.Tenant, Lab.FromTenant(Offering(Lab.Address(Lab.Tenant, isIpv6), 1460)));

        byte[] arrived = Door.Vni(PublicVni).Taken(node);
        Assert.That(arrived, Is.EqualTo(SizeTests.Decremented(Offering(Floating(isIpv6), fits))));

        byte[] Offering(string source, int size) => Craft.Tcp(source, Outsider(isIpv6), flags, [2, 4, (byte)(size >> 8), (byte)size]);
    }

    [Test]
    public void KeepsAChecksumThatIsNone()
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(), Lab.Tenant) with { PortMappings = [Map(Udp, 80, 5000)] });
        Exchange call = Out(node, Udp);

        node.Receive(Lab.Tenant, call.Client.Door.Frame((call.Request with { HasNoChecksum = true }).Bytes));
        Assert.That(call.Server.Door.Taken(node), Is.EqualTo((call.Arriving with { SourcePort = 80, HasNoChecksum = true }).Bytes));
    }

    /// <summary>The tenant, from port 5000, calls port 53 of somebody outside, who sees a floating IP.</summary>
    private static Exchange Out(Node node, byte protocol, Door? door = null, bool isIpv6 = false, string? called = null, string? seen = null)
    {
        Side server = new(door ?? Door.Vni(PublicVni), called ?? Outsider(isIpv6), protocol == Icmp ? (ushort)0 : (ushort)53);
        Side client = Tenant(5000, isIpv6);
        return new Exchange(node, protocol, client, server with { Door = client.Door }, server, new Side(server.Door, seen ?? Floating(isIpv6), 5000));
    }

    private static Node WithAnother(string name, uint vrf)
    {
        Node node = Scene.Start();
        Rename(node, vrf, name);
        return node;
    }

    private static void Rename(Node node, uint vrf, string name) => node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(vrf)) { Name = name, ForwardingMode = ForwardingMode.L3 }] });
}
