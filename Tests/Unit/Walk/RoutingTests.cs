using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Where packets go (semantics, section 2).</summary>
[TestFixture]
public sealed class RoutingTests
{
    [Test]
    public void LeadsFromTenantToTenant([Values] bool isIpv6, [Values(0, 7)] int vlan)
    {
        using Node node = Lab.Start(vlan: (ushort)vlan);
        string from = Lab.Address(Lab.Tenant, isIpv6), to = Lab.Address(Lab.Neighbour, isIpv6);

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(from, to), vlan: (ushort)vlan));

        byte[] expected = Craft.Ethernet(Lab.TenantMac(Lab.Neighbour), Lab.VirtualMac, Craft.Udp(from, to, ttl: 63), vlan: (ushort)vlan);
        Assert.That(node.SentAnywhere(), Is.EqualTo(new[] { (Lab.Neighbour, expected) }), "and not to the other VRF's tenant of that address");
    }

    [Test]
    public void TakesTheLongestPrefix([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string[] prefixes = isIpv6 ? ["::/0", "fd05::/16", "fd05:5::/32", "fd05:5::5/128"] : ["0.0.0.0/0", "10.5.0.0/16", "10.5.5.0/24", "10.5.5.5/32"];
        string[] targets = isIpv6 ? ["fd77::1", "fd05:6::1", "fd05:5::6", "fd05:5::5"] : ["172.16.1.1", "10.5.6.1", "10.5.5.6", "10.5.5.5"];
        node.Apply([.. prefixes.Select((prefix, i) => Lab.Route(1, prefix, 10, label: 100 + (uint)i))]);

        foreach (string target in targets)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), target)));
        }

        Assert.That(node.SentAll(Lab.Fabric).Select(frame => Tunnelled.Read(frame).Headers.Label), Is.EqualTo(new[] { 100, 101, 102, 103 }));
    }

    [Test]
    public void PrefersAConfiguredRouteToADerivedOneWhileItIsThere([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string to = Lab.Address(Lab.Neighbour, isIpv6);
        IpPrefix prefix = IpPrefix.Host(Node.Ip(to));
        byte[] frame = Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), to));

        node.Apply(new Route(new VrfId(1), prefix, new NextHopId(10)));
        node.Receive(Lab.Tenant, frame);
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Fabric }));

        // The vif goes and comes again meanwhile: nothing changes.
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { Addresses = [] }] });
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Neighbour, 1)] });
        node.Receive(Lab.Tenant, frame);
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Fabric }));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VrfId(1), prefix)] });
        node.Receive(Lab.Tenant, frame);
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Neighbour }));
    }

    [Test]
    public void GivesAnAddressOfTwoInterfacesToTheLowerOne()
    {
        using Node node = Lab.Start();
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3"));
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Other, 1) with { Addresses = [Node.Prefix("10.1.0.3")] }] });

        node.Receive(Lab.Tenant, frame);
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Neighbour }));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Neighbour))] });
        node.Forget(Lab.Neighbour);
        node.Receive(Lab.Tenant, frame);
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Other }));
    }

    [Test]
    public void FollowsAnotherVrf([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string to = isIpv6 ? "fd05::1" : "10.5.0.1";
        node.Apply(new Transaction
        {
            Vrfs = [new Vrf(new VrfId(5))],
            NextHops = [new VrfNextHop(new NextHopId(50), new VrfId(5))],
            Routes = [Lab.Route(1, isIpv6 ? "fd05::/16" : "10.5.0.0/16", 50), Lab.Route(5, isIpv6 ? "fd05::1/128" : "10.5.0.1/32", 10, label: 55)],
        });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), to)));

        Tunnelled sent = Tunnelled.Read(node.SentOnce(Lab.Fabric));
        Assert.That(sent.Headers.Label, Is.EqualTo(55));
        Assert.That(sent.Inner, Is.EqualTo(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), to, ttl: 63)), "TTL goes down once");

        Drop drop = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), isIpv6 ? "fd05::2" : "10.5.0.2")), DropReason.NoRoute);
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new VrfId(5))), "the VRF that has no route");
    }

    [Test]
    public void EndsALoopOfVrfs([Values(5u, 1u)] uint target)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            Vrfs = [new Vrf(new VrfId(5))],
            NextHops = [new VrfNextHop(new NextHopId(50), new VrfId(target)), new VrfNextHop(new NextHopId(51), new VrfId(1))],
            Routes = [Lab.Route(1, "10.5.0.0/16", 50), Lab.Route(5, "10.5.0.0/16", 51)],
        });

        Drop drop = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.5.0.1")), DropReason.LookupLoop);
        Assert.That(drop.Object.Kind, Is.EqualTo(ObjectKind.Route));
    }

    [Test]
    public void IsDiscardedOrHasNoRoute([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string from = Lab.Address(Lab.Tenant, isIpv6);
        node.Apply(Lab.Route(1, isIpv6 ? "fd05::/16" : "10.5.0.0/16", 30));

        Drop discarded = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp(from, isIpv6 ? "fd05::1" : "10.5.0.1")), DropReason.Discarded);
        Assert.That(discarded.Object, Is.EqualTo(ObjectKey.Of(new NextHopId(30))));

        Drop unrouted = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp(from, isIpv6 ? "fd99::1" : "172.16.0.1")), DropReason.NoRoute);
        Assert.That(unrouted.Object, Is.EqualTo(ObjectKey.Of(new VrfId(1))));
    }

    [TestCase("10.1.0.2", "224.0.0.251", "01:00:5e:00:00:fb")]
    [TestCase("10.1.0.2", "239.1.2.3", Lab.VirtualMac)]
    [TestCase("10.1.0.2", "255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    [TestCase("10.1.0.2", "255.255.255.255", Lab.VirtualMac)]
    [TestCase("10.1.0.2", "10.2.0.2", "ff:ff:ff:ff:ff:ff")]
    [TestCase("fd01::2", "ff02::fb", "33:33:00:00:00:fb")]
    [TestCase("fd01::2", "ff0e::1", Lab.VirtualMac)]
    public void HasNoWayForGroupsButAFlood(string from, string to, string mac)
    {
        using Node node = Lab.Start();
        node.Apply(Lab.Route(1, "0.0.0.0/0", 10), Lab.Route(1, "::/0", 10), Lab.Route(1, "224.0.0.0/4", 10), Lab.Route(1, "ff00::/8", 10));

        node.AssertDropped(Lab.Tenant, Craft.Ethernet(mac, Lab.TenantMac(Lab.Tenant), Craft.Udp(from, to)), DropReason.NoRoute);
    }

    [Test]
    public void IsNotRoutedToAnotherMac([Values(ForwardingMode.L3, ForwardingMode.L2L3)] ForwardingMode mode)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(1)) { ForwardingMode = mode }] });
        byte[] frame = Craft.Ethernet(Lab.TenantMac(Lab.Neighbour), Lab.TenantMac(Lab.Tenant), Craft.Udp("10.1.0.2", "10.1.0.3"));

        node.AssertDropped(Lab.Tenant, frame, mode == ForwardingMode.L3 ? DropReason.NotRouted : DropReason.NoRoute);
    }

    [Test]
    public void ExpiresWithATimeExceededFromTheGateway([Values] bool isIpv6, [Values(0, 1)] int ttl)
    {
        using Node node = Lab.Start();
        byte[] packet = Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), Lab.Remote(isIpv6), ttl: (byte)ttl);

        node.Receive(Lab.Tenant, Lab.FromTenant(packet));

        Assert.That(node.LastDrop, Is.EqualTo(DropReason.TtlExpired));
        byte[] error = node.SentOnce(Lab.Tenant);
        Assert.That(error[..12], Is.EqualTo(Craft.Octets(Lab.TenantMac(Lab.Tenant)).Concat(Craft.Octets(Lab.VirtualMac))));
        SizeTests.AssertError(error[14..], isIpv6 ? "fd01::1" : "10.1.0.1", isIpv6 ? (byte)3 : (byte)11, 0, 0, packet);
    }

    [Test]
    public void LeadsToTheHostWhereARouteSaysSo([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string from = Lab.Address(Lab.Tenant, isIpv6), to = isIpv6 ? "fd40::1" : "10.40.0.1";
        node.Apply(Lab.Route(1, isIpv6 ? "fd40::/16" : "10.40.0.0/16", 40));

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(from, to)));

        Assert.That(node.SentOnce(Lab.Host), Is.EqualTo(Craft.Ethernet(Lab.HostMac, Lab.VirtualMac, Craft.Udp(from, to, ttl: 63))));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Host))] });
        node.Forget(Lab.Host);
        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp(from, to)), DropReason.NotForUs);
    }

    [Test]
    public void LeavesUntunnelledThroughVrf0()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            NextHops = [new VrfNextHop(new NextHopId(21), default)],
            Routes = [Lab.Route(1, "0.0.0.0/0", 21), Lab.Route(0, "8.0.0.0/8", 90)],
        });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "8.8.8.8")));

        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Lab.PeerMac, Lab.FabricMac, Craft.Udp("10.1.0.2", "8.8.8.8", ttl: 63))));
    }

    [Test]
    public void StopsWhereTheInterfaceIsDown()
    {
        using Node node = Lab.Start();
        node.Unplug(Lab.Neighbour);

        Drop drop = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")), DropReason.InterfaceDown);
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new VifId(Lab.Neighbour))));
    }
}
