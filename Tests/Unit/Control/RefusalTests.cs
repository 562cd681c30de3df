using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>What validation refuses, and how it names it (semantics, section 8).</summary>
[TestFixture]
public sealed class RefusalTests
{
    private static readonly Vif s_fabric = Lab.Configuration().Vifs[0];
    private static readonly Vif s_tenant = Lab.TenantVif(7, 1) with { Mac = Mac("02:00:00:00:01:07"), Addresses = [Prefix("10.1.0.7")] };

    [TestCaseSource(nameof(Refusals))]
    public void NamesTheObjectAndTheFieldAndChangesNothing(Transaction transaction, ObjectKey key, string field)
    {
        using Node node = Lab.Start();
        List<string> before = States.Lines(node.Plane);
        ulong generation = node.Plane.Generation;

        ApplyResult result = node.Plane.Apply(transaction);

        Assert.That(result.IsApplied, Is.False);
        Assert.That(result.Problems.Select(problem => (problem.Object, problem.Field)), Does.Contain((key, field)), string.Join("; ", result.Problems));
        Assert.That(result.Problems.Select(problem => problem.Message), Has.None.Empty);
        Assert.That(States.Lines(node.Plane), Is.EqualTo(before));
        Assert.That(node.Plane.Generation, Is.EqualTo(generation));
    }

    [Test]
    public void NamesEveryProblemAtOnce()
    {
        using Node node = Lab.Start();

        ApplyResult result = node.Plane.Apply(new Transaction
        {
            Settings = new Settings { VirtualMac = default },
            Vifs = [s_tenant with { Mac = default, Mtu = 1 }],
            NextHops = [new VifNextHop(new NextHopId(70), new VifId(99))],
            Routes = [Lab.Route(9, "10.0.0.1/8", 98)],
            Labels = [new LabelEntry(new MplsLabel(3), new NextHopId(97))],
            Vnis = [new VniEntry(new Vni(0), new VrfId(96))],
            Deletes = [ObjectKey.Of(new VrfId(0)), ObjectKey.Of(new NextHopId(10))],
        });

        Assert.That(result.Problems, Has.Count.EqualTo(13), string.Join("\n", result.Problems));
    }

    [Test]
    public void SaysSoWithoutApplyingWhenOnlyAsked()
    {
        using Node node = Lab.Start();
        List<string> before = States.Lines(node.Plane);

        ApplyResult good = node.Plane.Apply(new Transaction { Vifs = [s_tenant] }, validateOnly: true);
        ApplyResult bad = node.Plane.Apply(new Transaction { Vifs = [s_tenant with { Mtu = 1 }] }, validateOnly: true);

        Assert.That((good.Problems.Count, bad.Problems.Count), Is.EqualTo((0, 1)));
        Assert.That((good.Added, good.Changed, good.Unchanged), Is.EqualTo((1, 0, 0)));
        Assert.That(States.Lines(node.Plane), Is.EqualTo(before));
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        ObjectKey tenant = ObjectKey.Of(s_tenant.Id), nextHop = ObjectKey.Of(new NextHopId(70)), fabric = ObjectKey.Of(s_fabric.Id);
        var tunnel = new TunnelNextHop(new NextHopId(70), EncapsulationKind.Vxlan, Ip("192.0.2.7")) { Label = 7 };
        Route route = Lab.Route(1, "10.7.0.0/16", 10);
        ObjectKey routeKey = ObjectKey.Of(route.Vrf, route.Prefix);

        // One key twice, even equal.
        yield return Twice("VRF", new Transaction { Vrfs = [new Vrf(new VrfId(7)), new Vrf(new VrfId(7))] }, ObjectKey.Of(new VrfId(7)));
        yield return Twice("interface", new Transaction { Vifs = [s_tenant, s_tenant] }, tenant);
        yield return Twice("next hop", new Transaction { NextHops = [tunnel, tunnel] }, nextHop);
        yield return Twice("route", new Transaction { Routes = [route, route] }, routeKey);
        yield return Twice("label", new Transaction { Labels = [new LabelEntry(new MplsLabel(77), new NextHopId(20)), new LabelEntry(new MplsLabel(77), new NextHopId(30))] }, ObjectKey.Of(new MplsLabel(77)));
        yield return Twice("VNI", new Transaction { Vnis = [new VniEntry(new Vni(77), new VrfId(1)), new VniEntry(new Vni(77), new VrfId(2))] }, ObjectKey.Of(new Vni(77)));
        yield return Twice("delete", new Transaction { Deletes = [tenant, tenant] }, tenant);
        yield return Twice("put and deleted", new Transaction { Vifs = [s_tenant], Deletes = [tenant] }, tenant);
        yield return Twice("route put and deleted", new Transaction { Routes = [route], Deletes = [routeKey] }, routeKey);

        // Unknown references.
        yield return Case("interface in no VRF", new Transaction { Vifs = [s_tenant with { Vrf = new VrfId(9) }] }, tenant, "vrf");
        yield return Case("interface in a VRF that goes", new Transaction { Vifs = [s_tenant with { Vrf = new VrfId(2) }], Deletes = [ObjectKey.Of(new VrfId(2)), ObjectKey.Of(new VifId(Lab.Other))] }, tenant, "vrf");
        yield return Case("next hop to no interface", new Transaction { NextHops = [new VifNextHop(new NextHopId(70), new VifId(99))] }, nextHop, "interface.interface");
        yield return Case("next hop to no VRF", new Transaction { NextHops = [new VrfNextHop(new NextHopId(70), new VrfId(99))] }, nextHop, "vrf.vrf");
        yield return Case("next hop to an interface that goes", new Transaction { NextHops = [new VifNextHop(new NextHopId(70), new VifId(Lab.Neighbour))], Deletes = [ObjectKey.Of(new VifId(Lab.Neighbour))] }, nextHop, "interface.interface");
        yield return Case("route in no VRF", new Transaction { Routes = [route with { Vrf = new VrfId(99) }] }, ObjectKey.Of(new VrfId(99), route.Prefix), "vrf");
        yield return Case("route to no next hop", new Transaction { Routes = [route with { NextHop = new NextHopId(99) }] }, routeKey, "next_hop");
        yield return Case("label to no next hop", new Transaction { Labels = [new LabelEntry(new MplsLabel(77), new NextHopId(99))] }, ObjectKey.Of(new MplsLabel(77)), "next_hop");
        yield return Case("VNI of no VRF", new Transaction { Vnis = [new VniEntry(new Vni(77), new VrfId(99))] }, ObjectKey.Of(new Vni(77)), "vrf");

        // Prefixes and addresses.
        yield return Case("route with host bits", new Transaction { Routes = [Lab.Route(1, "10.7.0.1/16", 10)] }, ObjectKey.Of(new VrfId(1), Prefix("10.7.0.1/16")), "prefix");
        yield return Case("IPv6 route with host bits", new Transaction { Routes = [Lab.Route(1, "fd07::1/16", 10)] }, ObjectKey.Of(new VrfId(1), Prefix("fd07::1/16")), "prefix");
        yield return Case("route with too long a prefix", new Transaction { Routes = [new Route(new VrfId(1), new IpPrefix(Ip("10.7.0.0"), 33), new NextHopId(10))] }, ObjectKey.Of(new VrfId(1), new IpPrefix(Ip("10.7.0.0"), 33)), "prefix");
        yield return Case("trusted source with host bits", new Transaction { Settings = new Settings { TrustedTunnelSources = [Prefix("10.0.0.0/8"), Prefix("10.7.0.1/16")] } }, ObjectKey.Settings, "trusted_tunnel_sources[1]");
        yield return Case("pair with host bits", new Transaction { Vifs = [s_tenant with { AllowedAddressPairs = [new AddressPair(Prefix("10.7.0.1/16"), default)] }] }, tenant, "allowed_address_pairs[0].prefix");
        yield return Case("TENANT's address with a length", new Transaction { Vifs = [s_tenant with { Addresses = [Prefix("10.1.0.7/24")] }] }, tenant, "addresses[0]");
        yield return Case("address of a group", new Transaction { Vifs = [s_tenant with { Addresses = [Prefix("10.1.0.7"), Prefix("224.0.0.7")] }] }, tenant, "addresses[1]");
        yield return Case("no address", new Transaction { Vifs = [s_tenant with { Addresses = [Prefix("::/128")] }] }, tenant, "addresses[0]");
        yield return Case("address twice", new Transaction { Vifs = [s_tenant with { Addresses = [Prefix("10.1.0.7"), Prefix("10.1.0.7")] }] }, tenant, "addresses[1]");
        yield return Case("FABRIC's address of everything", new Transaction { Vifs = [s_fabric with { Addresses = [Prefix("192.0.2.1/0")] }] }, fabric, "addresses[0]");
        yield return Case("gateway of a group", new Transaction { Vifs = [s_tenant with { Gateways = [Ip("224.0.0.1")] }] }, tenant, "gateways[0]");

        // MACs.
        yield return Case("no MAC", new Transaction { Vifs = [s_tenant with { Mac = default }] }, tenant, "mac");
        yield return Case("MAC of a group", new Transaction { Vifs = [s_tenant with { Mac = Mac("01:00:5e:00:00:01") }] }, tenant, "mac");
        yield return Case("virtual MAC of a group", new Transaction { Settings = new Settings { VirtualMac = MacAddress.Broadcast } }, ObjectKey.Settings, "virtual_mac");
        yield return Case("pair's MAC of a group", new Transaction { Vifs = [s_tenant with { AllowedAddressPairs = [new AddressPair(Prefix("10.7.0.0/16"), MacAddress.Broadcast)] }] }, tenant, "allowed_address_pairs[0].mac");
        yield return Case("next hop's MAC of a group", new Transaction { NextHops = [new VifNextHop(new NextHopId(70), s_fabric.Id) { Mac = MacAddress.Broadcast }] }, nextHop, "interface.mac");
        yield return Case("tunnel's MAC of a group", new Transaction { NextHops = [tunnel with { Mac = MacAddress.Broadcast }] }, nextHop, "tunnel.mac");
        yield return Case("route's MAC of a group", new Transaction { Routes = [route with { Mac = MacAddress.Broadcast }] }, routeKey, "mac");

        // Labels.
        yield return Case("label of another interface", new Transaction { Vifs = [s_tenant with { Label = new MplsLabel(Lab.VifLabel) }] }, tenant, "label");
        yield return Case("label of two new interfaces", new Transaction { Vifs = [s_tenant with { Label = new MplsLabel(77) }, s_tenant with { Id = new VifId(8), Label = new MplsLabel(77) }] }, ObjectKey.Of(new VifId(8)), "label");
        yield return Case("interface's label that is a label", new Transaction { Vifs = [s_tenant with { Label = new MplsLabel(Lab.VrfLabel) }] }, tenant, "label");
        yield return Case("label that is an interface's", new Transaction { Labels = [new LabelEntry(new MplsLabel(Lab.VifLabel), new NextHopId(20))] }, ObjectKey.Of(new MplsLabel(Lab.VifLabel)), "label");
        yield return Case("label and interface's label in one request", new Transaction { Vifs = [s_tenant with { Label = new MplsLabel(77) }], Labels = [new LabelEntry(new MplsLabel(77), new NextHopId(20))] }, tenant, "label");
        yield return Case("reserved label", new Transaction { Labels = [new LabelEntry(new MplsLabel(15), new NextHopId(20))] }, ObjectKey.Of(new MplsLabel(15)), "label");
        yield return Case("interface's label too large", new Transaction { Vifs = [s_tenant with { Label = new MplsLabel(1 << 20) }] }, tenant, "label");
        yield return Case("VNI 0", new Transaction { Vnis = [new VniEntry(new Vni(0), new VrfId(1))] }, ObjectKey.Of(new Vni(0)), "vni");
        yield return Case("VNI too large", new Transaction { Vnis = [new VniEntry(new Vni(1 << 24), new VrfId(1))] }, ObjectKey.Of(new Vni(1 << 24)), "vni");

        // Next hops.
        yield return Case("next hop of no kind", new Transaction { NextHops = [new OddNextHop(new NextHopId(70))] }, nextHop, "");
        yield return Case("tunnel with no encapsulation", new Transaction { NextHops = [tunnel with { Encapsulation = EncapsulationKind.None }] }, nextHop, "tunnel.encapsulation");
        yield return Case("tunnel to nowhere", new Transaction { NextHops = [tunnel with { Destination = default }] }, nextHop, "tunnel.destination");
        yield return Case("tunnel to a group", new Transaction { NextHops = [tunnel with { Destination = Ip("ff0e::1") }] }, nextHop, "tunnel.destination");
        yield return Case("tunnel of two families", new Transaction { NextHops = [tunnel with { Source = Ip("2001:db8::1") }] }, nextHop, "tunnel.source");
        yield return Case("tunnel's VNI too large", new Transaction { NextHops = [tunnel with { Label = 1 << 24 }] }, nextHop, "tunnel.label");
        yield return Case("tunnel's label too large", new Transaction { NextHops = [tunnel with { Encapsulation = EncapsulationKind.MplsOverUdp, Label = 1 << 20 }] }, nextHop, "tunnel.label");
        yield return Case("tunnel's label reserved", new Transaction { NextHops = [tunnel with { Encapsulation = EncapsulationKind.MplsOverGre, Label = 3 }] }, nextHop, "tunnel.label");
        yield return Case("route's label too large", new Transaction { NextHops = [tunnel with { Encapsulation = EncapsulationKind.MplsOverUdp, Label = 0 }], Routes = [route with { NextHop = new NextHopId(70), Label = 1 << 20 }] }, routeKey, "label");
        yield return Case("route's VNI too large", new Transaction { Routes = [route with { Label = 1 << 24 }] }, routeKey, "label");
        yield return Case("gateway of a next hop to a group", new Transaction { NextHops = [new VifNextHop(new NextHopId(70), s_fabric.Id) { Address = Ip("224.0.0.1") }] }, nextHop, "interface.address");
        yield return Case("next hop 0", new Transaction { NextHops = [new DiscardNextHop(default)] }, ObjectKey.Of(default(NextHopId)), "id");

        // Interfaces.
        yield return Case("interface 0", new Transaction { Vifs = [s_tenant with { Id = default }] }, ObjectKey.Of(default(VifId)), "id");
        yield return Case("interface of no kind", new Transaction { Vifs = [new Vif(s_tenant.Id, 0) { Mac = s_tenant.Mac }] }, tenant, "kind");
        yield return Case("FABRIC outside VRF 0", new Transaction { Vifs = [s_fabric with { Vrf = new VrfId(1) }] }, fabric, "vrf");
        yield return Case("HOST outside VRF 0", new Transaction { Vifs = [new Vif(new VifId(Lab.Host), VifKind.Host) { Mac = Mac(Lab.HostMac), Vrf = new VrfId(1) }] }, ObjectKey.Of(new VifId(Lab.Host)), "vrf");
        yield return Case("a second HOST", new Transaction { Vifs = [new Vif(new VifId(70), VifKind.Host) { Mac = Mac(Lab.HostMac) }] }, ObjectKey.Of(new VifId(70)), "kind");
        yield return Case("MTU too small", new Transaction { Vifs = [s_tenant with { Mtu = 575 }] }, tenant, "mtu");
        yield return Case("MTU too large", new Transaction { Vifs = [s_tenant with { Mtu = 65536 }] }, tenant, "mtu");
        yield return Case("VLAN 4095", new Transaction { Vifs = [s_tenant with { Vlan = 4095 }] }, tenant, "vlan");
        yield return Case("port with no device", new Transaction { Vifs = [s_tenant with { Port = new AfXdpSpec("") }] }, tenant, "port.af_xdp.device");
        yield return Case("ring of an odd size", new Transaction { Vifs = [s_tenant with { Port = new AfXdpSpec("eth0") { RingSize = 1000 } }] }, tenant, "port.af_xdp.ring_size");
        yield return Case("port with too long a device", new Transaction { Vifs = [s_tenant with { Port = new TapSpec("sixteen-letters-") }] }, tenant, "port.tap.device");
        yield return Case("one device twice", new Transaction { Vifs = [s_tenant with { Port = new TapSpec("tap7") }, s_tenant with { Id = new VifId(8), Port = new TapSpec("tap7") }] }, ObjectKey.Of(new VifId(8)), "port");
        yield return Case("MPLS on VXLAN's port", new Transaction { Settings = new Settings { MplsOverUdpPort = 4789 } }, ObjectKey.Settings, "mpls_over_udp_port");
        yield return Case("MPLS port 0", new Transaction { Settings = new Settings { MplsOverUdpPort = 0 } }, ObjectKey.Settings, "mpls_over_udp_port");

        // Deletes of what is used.
        yield return Case("VRF with an interface", Delete(ObjectKey.Of(new VrfId(2))), ObjectKey.Of(new VrfId(2)), "");
        yield return Case("interface of a next hop", Delete(fabric), fabric, "");
        yield return Case("next hop of a route", Delete(ObjectKey.Of(new NextHopId(10))), ObjectKey.Of(new NextHopId(10)), "");
        yield return Case("next hop of a label", Delete(ObjectKey.Of(new NextHopId(20))), ObjectKey.Of(new NextHopId(20)), "");
        yield return Case("next hop that one of two users keeps", Delete(ObjectKey.Of(new NextHopId(10)), ObjectKey.Of(new VrfId(1), Prefix("10.2.0.0/16"))), ObjectKey.Of(new NextHopId(10)), "");
        yield return Case("the underlay", Delete(ObjectKey.Of(new VrfId(0))), ObjectKey.Of(new VrfId(0)), "");
        yield return Case("the settings", Delete(ObjectKey.Settings), ObjectKey.Settings, "");

        // What this version does not do is not taken and ignored.
        yield return Case("VRF that only bridges", new Transaction { Vrfs = [new Vrf(new VrfId(7)) { ForwardingMode = ForwardingMode.L2 }] }, ObjectKey.Of(new VrfId(7)), "forwarding_mode");
        yield return Case("label with Ethernet", new Transaction { Labels = [new LabelEntry(new MplsLabel(77), new NextHopId(20)) { IsEthernet = true }] }, ObjectKey.Of(new MplsLabel(77)), "payload");
    }

    private static Transaction Delete(params ObjectKey[] keys) => new() { Deletes = [.. keys] };

    private static TestCaseData Twice(string name, Transaction transaction, ObjectKey key) => Case($"{name} twice", transaction, key, "");

    private static TestCaseData Case(string name, Transaction transaction, ObjectKey key, string field) =>
        new TestCaseData(transaction, key, field).SetName($"{{m}}({name})");

    private sealed record OddNextHop(NextHopId Id) : NextHop(Id);
}
