using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>What is addressed to floating IPs, wherever it comes from (semantics, section 6).</summary>
[TestFixture]
public sealed class FloatingIpInboundTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp, Icmp = IpProtocol.Icmp;

    [Test]
    public void GoesOneToOneToTheGuestAndItsAnswersBack([Values] Approach approach, [Values(Tcp, Udp, Sctp, Icmp, IpProtocol.Gre)] byte protocol, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6);
        scene.Apply(scene.FloatingIp);

        scene.Call(protocol, 80, 80).AssertWorks();

        Assert.That(scene.Node.Flows().Select(flow => (flow.Action, flow.Packets)), Is.EqualTo(new[] { (FlowAction.Nat, 2ul), (FlowAction.Nat, 2ul) }));
    }

    [Test]
    public void GoesToTheMappedPort([Values] Approach approach, [Values(Tcp, Udp, Sctp)] byte protocol, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(protocol, 80, 8080), Map(protocol, 81, 8081)] });

        scene.Call(protocol, 80, 8080).AssertWorks();
        scene.Call(protocol, 81, 8081).AssertWorks();
    }

    /// <summary>UDP over IPv4 may have no checksum (RFC 768): nor has it any once it is translated.</summary>
    [Test]
    public void LeavesUdpWithoutAChecksumWithoutOne([Values] Approach approach)
    {
        using var scene = new Approaching(approach, isIpv6: false);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        Exchange call = scene.Call(Udp, 80, 8080);

        for (int packet = 0; packet < 2; packet++)
        {
            scene.Node.Receive(call.Client.Door.Vif, call.Client.Door.Frame(WithoutChecksum(call.Request)));
            Assert.That(call.Server.Door.Taken(scene.Node), Is.EqualTo(WithoutChecksum(call.Arriving)));

            scene.Node.Receive(call.Server.Door.Vif, call.Server.Door.Frame(WithoutChecksum(call.Answer)));
            Assert.That(call.Client.Door.Taken(scene.Node), Is.EqualTo(WithoutChecksum(call.Returning)));
        }

        static byte[] WithoutChecksum(Message message)
        {
            byte[] bytes = [.. message.Bytes];
            bytes.AsSpan(26, 2).Clear();
            return bytes;
        }
    }

    [Test]
    public void IsMappedByEachProtocolApart([Values] bool isIpv6)
    {
        using var scene = new Approaching(Approach.Vni, isIpv6);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 53, 1053), Map(Udp, 53, 2053), Map(Sctp, 53, 3053)] });

        scene.Call(Tcp, 53, 1053).AssertWorks();
        scene.Call(Udp, 53, 2053).AssertWorks();
        scene.Call(Sctp, 53, 3053).AssertWorks();
    }

    [Test]
    public void IsToldAsFlowsOfBothKeys()
    {
        using var scene = new Approaching(Approach.Vni);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080)] });
        scene.Call(Tcp, 80, 8080).AssertAsked();

        FlowRecord[] flows = scene.Node.Flows();
        var asked = new FlowRecordKey(new VrfId(Public), Ip(Outsider()), Ip(Floating()), Tcp, 1000, 80, new VifId(Lab.Tenant));
        var answered = new FlowRecordKey(new VrfId(1), Ip("10.1.0.2"), Ip(Outsider()), Tcp, 8080, 1000, new VifId(Lab.Tenant));
        Assert.That(flows.Select(flow => (flow.Key, flow.ReverseKey, flow.Action)), Is.EqualTo(new[] { (asked, answered, FlowAction.Nat), (answered, asked, FlowAction.Nat) }));
    }

    [Test]
    public void IsDroppedAtAPortThatIsNotMapped([Values] Approach approach, [Values(Tcp, Udp, Sctp, Icmp, IpProtocol.Gre)] byte protocol)
    {
        using var scene = new Approaching(approach);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080), Map(Udp, 81, 8080), Map(Sctp, 82, 8080)] });
        Exchange call = scene.Call(protocol, 8080, 8080);

        Drop drop = scene.Node.AssertDropped(call.Client.Door.Vif, call.Client.Door.Frame(call.Request.Bytes), DropReason.FloatingIpPortUnmapped);

        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new VrfId(scene.Vrf), Ip(scene.Address))));
        Assert.That(scene.Node.Flows(), Is.Empty, "a storm of these takes nobody's room");
    }

    [Test]
    public void IsServedByTheMembersThatAPortIsMappedFor()
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(), Lab.Tenant, Lab.Neighbour) with { PortMappings = [Map(Tcp, 80, 8080, Lab.Tenant), Map(Tcp, 80, 9090, Lab.Neighbour), Map(Tcp, 81, 81, Lab.Neighbour)] });

        node.Routes(Public, Floating(), ToTenant);
        Exchange.To(node, Tcp, Outside(1000), Floating(), 80, Tenant(8080)).AssertWorks();
        Assert.That(Exchange.To(node, Tcp, Outside(1000), Floating(), 81, Tenant(81)).Ask(), Is.EqualTo(DropReason.FloatingIpPortUnmapped));

        node.Routes(Public, Floating(), ToNeighbour);
        Exchange.To(node, Tcp, Outside(1001), Floating(), 80, Tenant(9090, vif: Lab.Neighbour)).AssertWorks();
        Exchange.To(node, Tcp, Outside(1001), Floating(), 81, Tenant(81, vif: Lab.Neighbour)).AssertWorks();
    }

    [Test]
    public void IsDroppedFromSourcesThatAreNotServed([Values] Approach approach, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6);
        scene.Apply(scene.FloatingIp with { SourcePrefixes = [Prefix("203.0.113.128/25"), Prefix("2001:db8:113:8000::/49")] });
        Exchange call = scene.Call(Udp, 80, 80);

        Drop drop = scene.Node.AssertDropped(call.Client.Door.Vif, call.Client.Door.Frame(call.Request.Bytes), DropReason.FloatingIpSourceDenied);
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new VrfId(scene.Vrf), Ip(scene.Address))));
        Assert.That(scene.Node.Flows(), Is.Empty);

        scene.Apply(scene.FloatingIp with { SourcePrefixes = [Prefix("203.0.113.128/25"), IpPrefix.Host(Ip(scene.Client.Address))] });
        call.AssertWorks();
    }

    [Test]
    public void IsDroppedWhereTheFloatingIpIsForTheGuestsOwnConnections([Values] Approach approach, [Values] bool isMapped)
    {
        using var scene = new Approaching(approach);
        scene.Apply(scene.FloatingIp with { Direction = FloatingIpDirection.Egress, PortMappings = isMapped ? [Map(Udp, 80, 80)] : [] });

        Assert.That(scene.Call(Udp, 80, 80).Ask(), Is.EqualTo(DropReason.FloatingIpPortUnmapped));
        Assert.That(scene.Node.Flows(), Is.Empty);
    }

    [Test]
    public void KeepsAChecksumThatIsNone([Values] bool isIpv6)
    {
        using var scene = new Approaching(Approach.Vni, isIpv6);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        Exchange call = scene.Call(Udp, 80, 8080);

        scene.Node.Receive(Lab.Fabric, call.Client.Door.Frame((call.Request with { HasNoChecksum = true }).Bytes));
        Assert.That(call.Server.Door.Taken(scene.Node), Is.EqualTo((call.Arriving with { HasNoChecksum = true }).Bytes));
        scene.Node.Receive(Lab.Tenant, call.Server.Door.Frame((call.Answer with { HasNoChecksum = true }).Bytes));
        Assert.That(call.Client.Door.Taken(scene.Node), Is.EqualTo((call.Returning with { HasNoChecksum = true }).Bytes));
    }

    [Test]
    public void ReachesTheFixedAddress([Values] bool isIpv6)
    {
        string second = isIpv6 ? "fd01::22" : "10.1.0.22";
        using var scene = new Approaching(Approach.Vni, isIpv6);
        Vif tenant = Guarding.TenantVif(Lab.Tenant);
        scene.Node.Apply(new Transaction { Vifs = [tenant with { Addresses = [.. tenant.Addresses, Prefix(second)] }] });
        scene.Apply(scene.FloatingIp with { FixedAddress = Ip(second) });

        Exchange call = scene.Call(Udp, 80, 80);
        (call with { Server = call.Server with { Address = second } }).AssertWorks();
    }

    [Test]
    public void IsOfAnyOfTheFloatingIpsOfAnInterface([Values] bool isIpv6)
    {
        using var scene = new Approaching(Approach.Vni, isIpv6);
        string second = Floating(isIpv6, 11);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080)] });
        scene.Node.Apply(Float(second, Lab.Tenant) with { PortMappings = [Map(Tcp, 80, 9090)] }).Routes(Public, second, ToTenant);

        scene.Call(Tcp, 80, 8080).AssertWorks();
        Exchange call = scene.Call(Tcp, 80, 9090);
        (call with { Called = call.Called with { Address = second } }).AssertWorks();
    }

    [Test]
    public void ByALabelIsOfTheLowerVrfOfTwo([Values] bool other)
    {
        uint lower = other ? 3u : 7u;
        using var scene = new Approaching(Approach.VifLabel);
        scene.Node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(lower)) { Name = "a", ForwardingMode = ForwardingMode.L3 }] });
        scene.Node.Apply(Lab.Route(lower, "198.51.100.0/24", ToPublic, 4800));
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 5555)] });
        scene.Node.Apply(Float(lower, scene.Address, Lab.Tenant) with { PortMappings = [Map(Udp, 80, 7777)] });

        // Answers go by the VRF of the floating IP too.
        Exchange call = scene.Call(Udp, 80, other ? (ushort)7777 : (ushort)5555);
        Side client = call.Client with { Door = Door.Label(Lab.VifLabel, other ? 4800 : PeersLabel) };
        (call with { Client = client }).AssertWorks();
    }

    [Test]
    public void ByALabelThatIsToNoAddressOfTheInterfaceIsDelivered()
    {
        using Node node = Scene.Start(EncapsulationKind.MplsOverUdp);
        var client = new Side(Door.Label(Lab.VifLabel, Lab.RemoteLabel), Lab.Remote(false), 1000);

        node.Receive(Lab.Fabric, client.Door.Frame(Craft.Udp(client.Address, "10.77.0.1")));

        Assert.That(Door.Tenant().Taken(node), Is.EqualTo(Craft.Udp(client.Address, "10.77.0.1")));
    }

    [Test]
    public void ToAFloatingIpOfSomebodyElseIsNotTranslated()
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(), Lab.Neighbour)).Routes(Public, Floating(), ToTenant);

        Exchange call = Exchange.To(node, Udp, Outside(1000), Floating(), 80, Tenant(80) with { Address = Floating() });
        call.AssertAsked();
    }

    [Test]
    public void ToAFloatingIpThatIsTheGuestsOwnAddressIsNotTranslated()
    {
        using Node node = Scene.Start();
        Vif tenant = Guarding.TenantVif(Lab.Tenant);
        node.Apply(new Transaction { Vifs = [tenant with { Addresses = [.. tenant.Addresses, Prefix(Floating())] }] });
        node.Apply(Float(Floating(), Lab.Tenant)).Routes(Public, Floating(), ToTenant);

        Exchange.To(node, Udp, Outside(1000), Floating(), 80, Tenant(80) with { Address = Floating() }).AssertAsked();
    }

    [Test]
    public void IsNotTranslatedForAnInterfaceWithoutPolicy([Values(Approach.Vni, Approach.VifLabel)] Approach approach)
    {
        using var scene = new Approaching(approach);
        scene.Node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { PolicyDisabled = true }] });
        scene.Apply(scene.FloatingIp);
        Exchange call = scene.Call(Udp, 80, 80);

        (call with { Server = call.Server with { Address = scene.Address } }).AssertAsked();
        Assert.That(scene.Node.Flows(), Is.Empty);
    }

    [Test]
    public void FromAnInterfaceWithoutPolicyIsTranslated([Values] bool isIpv6)
    {
        using var scene = new Approaching(Approach.Tenant, isIpv6);
        scene.Node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Other) with { PolicyDisabled = true }] });
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080)] });

        scene.Call(Tcp, 80, 8080).AssertWorks();
    }
}
