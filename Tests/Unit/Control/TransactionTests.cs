using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>All of a transaction or none, and what is equal is not touched.</summary>
[TestFixture]
public sealed class TransactionTests
{
    private static readonly FloatingIp s_floatingIp = new(new VrfId(2), Ip("203.0.113.7")) { Vifs = [new VifId(Lab.Tenant)], PortMappings = [new PortMapping(6, 80, 8080) { Vifs = [new VifId(Lab.Tenant)] }] };
    private static readonly SourceNat s_sourceNat = new(new SourceNatId(5)) { Vrf = new VrfId(1), OutsideVrf = new VrfId(2), Addresses = [Ip("203.0.113.9")] };

    [Test]
    public void LeavesEqualObjectsAlone()
    {
        using Node node = Lab.Start();
        Transaction again = Lab.Configuration();
        int objects = States.Lines(again).Count - 1;
        ulong generation = node.Plane.Generation;

        States.AssertApplied(node.Plane.Apply(again), unchanged: objects);
        Assert.That(node.Plane.Generation, Is.EqualTo(generation));

        again.Routes[2] = again.Routes[2] with { Label = 4712 };
        States.AssertApplied(node.Plane.Apply(again), changed: 1, unchanged: objects - 1);
        Assert.That(node.Plane.Generation, Is.EqualTo(generation + 1));
    }

    [Test]
    public void CountsWhatItRemoves()
    {
        using Node node = Lab.Start();
        ObjectKey route = ObjectKey.Of(new VrfId(1), Prefix("10.2.0.0/16"));

        States.AssertApplied(node.Plane.Apply(new Transaction { Deletes = [route] }), removed: 1);
        States.AssertApplied(node.Plane.Apply(new Transaction { Deletes = [route, ObjectKey.Of(new VifId(99)), ObjectKey.Of(new VrfId(99), Prefix("10.0.0.0/8"))] }));
    }

    [Test]
    public void RemovesNoDerivedRoute()
    {
        using Node node = Lab.Start();

        States.AssertApplied(node.Plane.Apply(new Transaction { Deletes = [ObjectKey.Of(new VrfId(1), Prefix("10.1.0.2/32"))] }));
    }

    [Test]
    public void ExportsWhatMakesTheSameState([Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);
        node.Apply(new Transaction
        {
            Settings = new Settings { VirtualMac = Mac("02:00:00:00:00:aa"), MplsOverUdpPort = 51234, TrustedTunnelSources = [Prefix("198.51.100.0/24")], MaxFlows = 77, FlowTimeouts = new FlowTimeouts { Udp = TimeSpan.FromSeconds(9) } },
            SecurityGroups = [Editing.Group(3, Rules.Ingress("a").Tcp().To(80, 90).FromGroup(99)), Editing.Group(5)],
            Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { SecurityGroups = Editing.Groups(5, 3), MaxFlows = 100 }],
            Routes = [Lab.Route(1, "10.9.0.0/16", 10, 99) with { SecurityGroups = [new SecurityGroupId(8_000_010), new SecurityGroupId(3)], ProxyArp = true, Mac = Mac("02:00:00:00:99:01") }],
            NextHops = [new RejectNextHop(new NextHopId(50)), new EcmpNextHop(new NextHopId(51)) { Members = [new EcmpMember(new NextHopId(10)) { Label = 77, Weight = 3 }], Hash = EcmpHash.SourceAddress }],
            FloatingIps = [s_floatingIp, s_floatingIp with { Address = Ip("203.0.113.8"), PortMappings = [] }],
            SourceNats = [s_sourceNat],
        });
        using var copy = new DataPlane();

        Assert.That(copy.Apply(node.Plane.Export()).Problems, Is.Empty);

        Assert.That(States.Lines(copy), Is.EqualTo(States.Lines(node.Plane)));
        Assert.That(States.Lines(node.Plane), Does.Contain($"{new Route(new VrfId(1), Prefix("10.1.0.2/32"), default)}"), "derived routes where they are asked for");
    }

    [Test]
    public void MakesTheWholeStateInASync()
    {
        using Node node = Lab.Start();
        Transaction wanted = Lab.Configuration();
        wanted.Vifs.RemoveAll(vif => vif.Id.Value is Lab.Other or Lab.Host);
        wanted.Vrfs.RemoveAll(vrf => vrf.Id.Value == 2);
        wanted.Routes.RemoveAll(route => route.Prefix.IsIpv6 && route.Vrf.Value == 1);
        wanted.Vnis.Clear();
        wanted.SecurityGroups.Add(Editing.Group(3));
        wanted.FloatingIps.Add(s_floatingIp with { Vrf = new VrfId(1) });
        wanted.SourceNats.Add(s_sourceNat with { OutsideVrf = default });
        node.Apply(new Transaction { Settings = new Settings { MplsOverUdpPort = 51234 }, SecurityGroups = [Editing.Group(3), Editing.Group(4)] });
        node.Apply(new Transaction { FloatingIps = [s_floatingIp, .. wanted.FloatingIps], SourceNats = [.. wanted.SourceNats, s_sourceNat with { Id = new SourceNatId(6) }] });

        ApplyResult result = node.Plane.Sync(wanted);

        Assert.That(result.Problems, Is.Empty);
        Assert.That((result.Added, result.Changed, result.Removed), Is.EqualTo((0, 1, 8)));
        using var fresh = new DataPlane();
        fresh.Apply(wanted);
        Assert.That(States.Lines(node.Plane), Is.EqualTo(States.Lines(fresh)));

        result = node.Plane.Sync(wanted);
        Assert.That((result.Added, result.Changed, result.Removed), Is.EqualTo((0, 0, 0)));

        result = node.Plane.Sync(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Tenant))] });
        Assert.That(result.Problems, Is.Empty);
        using var empty = new DataPlane();
        Assert.That(States.Lines(node.Plane), Is.EqualTo(States.Lines(empty)));
        node.Forget(Lab.Other);
    }

    [Test]
    public void KeepsTrafficGoingThroughASync()
    {
        using Node node = Lab.Start();
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2"));
        node.Receive(Lab.Tenant, frame);
        node.SentOnce(Lab.Fabric);

        Assert.That(node.Plane.Sync(Lab.Configuration()).Problems, Is.Empty);

        node.Receive(Lab.Tenant, frame);
        node.SentOnce(Lab.Fabric);
    }

    [Test]
    public void MovesUsersAwayFromWhatItDeletes()
    {
        using Node node = Lab.Start();

        // Each object goes, and each that named it names another one.
        ApplyResult result = node.Plane.Apply(new Transaction
        {
            Vrfs = [new Vrf(new VrfId(3)) { ForwardingMode = ForwardingMode.L3 }],
            Vifs =
            [
                Lab.Configuration().Vifs[0] with { Id = new VifId(11) },
                Lab.TenantVif(Lab.Tenant, 3) with { Label = new MplsLabel(Lab.VifLabel) },
                Lab.TenantVif(Lab.Neighbour, 3),
            ],
            NextHops =
            [
                new TunnelNextHop(new NextHopId(12), EncapsulationKind.MplsOverUdp, Ip("192.0.2.2")),
                new VrfNextHop(new NextHopId(20), new VrfId(3)),
                new VifNextHop(new NextHopId(90), new VifId(11)) { Mac = Mac(Lab.PeerMac) },
            ],
            Routes = [Lab.Route(3, "10.2.0.0/16", 12, Lab.RemoteLabel)],
            Vnis = [new VniEntry(new Vni(Lab.Vni), new VrfId(3))],
            Deletes =
            [
                ObjectKey.Of(new VrfId(1)), ObjectKey.Of(new VifId(Lab.Fabric)), ObjectKey.Of(new NextHopId(10)),
                ObjectKey.Of(new VrfId(1), Prefix("10.2.0.0/16")), ObjectKey.Of(new VrfId(1), Prefix("fd02::/16")),
            ],
        });
        States.AssertApplied(result, added: 4, changed: 5, removed: 5);
        node.Forget(Lab.Fabric);

        var fabric = new MemoryPort(node.Plane.Frames);
        node.Plane.Attach(new VifId(11), fabric);
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));
        Assert.That(fabric.TryCollect(out byte[] sent), Is.True);
        Assert.That(Tunnelled.Read(sent).Headers.Kind, Is.EqualTo(EncapsulationKind.MplsOverUdp));

        fabric.TryDeliver(Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.Vxlan, "192.0.2.2", "192.0.2.1", Lab.Vni, Craft.Udp("10.2.0.2", "10.1.0.3"))));
        node.Settle();
        Assert.That(node.SentOnce(Lab.Neighbour), Is.Not.Empty);

        // Nothing is left of what went: it can be made again.
        States.AssertApplied(node.Plane.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(1))], NextHops = [new DiscardNextHop(new NextHopId(10))] }), added: 2);
    }

    [Test]
    public void ExchangesLabelsAndAddresses()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { Label = new MplsLabel(1003) }] });

        node.Apply(new Transaction
        {
            Vifs =
            [
                Lab.TenantVif(Lab.Tenant, 1) with { Label = new MplsLabel(1003), Addresses = [Prefix("10.1.0.3")] },
                Lab.TenantVif(Lab.Neighbour, 1) with { Label = new MplsLabel(Lab.VifLabel), Addresses = [Prefix("10.1.0.2")] },
            ],
        });

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, "192.0.2.2", "192.0.2.1", Lab.VifLabel, Craft.Udp("10.2.0.2", "10.1.0.2"))));
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Neighbour }));
        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.1.0.3")));
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Tenant }));
    }

    [Test]
    public void TurnsALabelIntoAnInterfacesAndBack()
    {
        using Node node = Lab.Start();
        byte[] frame = Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, "192.0.2.2", "192.0.2.1", Lab.VrfLabel, Craft.Udp("10.2.0.2", "10.1.0.2")));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new MplsLabel(Lab.VrfLabel))], Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { Label = new MplsLabel(Lab.VrfLabel) }] });
        node.Receive(Lab.Fabric, frame);
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Neighbour }));

        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Neighbour, 1)], Labels = [new LabelEntry(new MplsLabel(Lab.VrfLabel), new NextHopId(20))] });
        node.Receive(Lab.Fabric, frame);
        Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { Lab.Tenant }));
    }

    [Test]
    public void FollowsTheVirtualMacEverywhere()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Settings = new Settings { VirtualMac = Mac("02:00:00:00:00:aa") } });

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")), DropReason.NotRouted);
        node.Receive(Lab.Tenant, Craft.Ethernet("02:00:00:00:00:aa", Lab.TenantMac(Lab.Tenant), Craft.Udp("10.1.0.2", "10.1.0.3")));
        Assert.That(node.SentOnce(Lab.Neighbour)[6..12], Is.EqualTo(Craft.Octets("02:00:00:00:00:aa")));
        node.Receive(Lab.Tenant, Craft.Ethernet("02:00:00:00:00:aa", Lab.TenantMac(Lab.Tenant), Craft.Udp("10.1.0.2", "10.2.0.2")));
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).InnerEthernet[..12], Is.EqualTo(Craft.Octets("02:00:00:00:00:aa").Concat(Craft.Octets("02:00:00:00:00:aa"))));
    }

    [Test]
    public void SendsTunnelsOnThroughANextHopThatChanges([Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);

        node.Apply(new Transaction { NextHops = [new VifNextHop(new NextHopId(90), new VifId(Lab.Fabric)) { Mac = Mac("02:00:00:00:00:98") }] });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));
        Assert.That(node.SentOnce(Lab.Fabric)[..6], Is.EqualTo(Craft.Octets("02:00:00:00:00:98")));
    }

    [Test]
    public void ReplacesAnyKindOfNextHopByAnyOther([Range(0, 4)] int from, [Range(0, 4)] int to)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [Kind(from)], Routes = [Lab.Route(1, "10.7.0.0/16", 70)] });

        node.Apply(new Transaction { NextHops = [Kind(to)] });
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.7.0.1")));

        (uint Vif, DropReason Reason) expected = to switch
        {
            0 => (0, DropReason.Discarded),
            1 => (Lab.Host, DropReason.None),
            2 => (Lab.Neighbour, DropReason.None),
            3 => (Lab.Fabric, DropReason.None),
            _ => (0, DropReason.NoRoute),
        };
        Assert.That((node.SentAnywhere().Select(sent => sent.Vif).SingleOrDefault(), node.LastDrop), Is.EqualTo(expected));

        // And nothing that it named before is held by it any more.
        Assert.That(node.Plane.Apply(new Transaction { Deletes = [ObjectKey.Of(new VrfId(1), Prefix("10.7.0.0/16")), ObjectKey.Of(new NextHopId(70)), ObjectKey.Of(new VifId(Lab.Neighbour)), ObjectKey.Of(new VifId(Lab.Other)), ObjectKey.Of(new VrfId(2))] }).Problems, Is.Empty);
        node.Forget(Lab.Neighbour);
        node.Forget(Lab.Other);
    }

    [Test]
    public void ChangesNothingWhenAPortCannotBeOpened()
    {
        using Node node = Lab.Start();
        List<string> before = States.Lines(node.Plane);

        Assert.That(
            () => node.Plane.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(7))], Vifs = [Lab.TenantVif(7, 7) with { Port = new AfXdpSpec("no-such-device") }] }),
            Throws.Exception);

        Assert.That(States.Lines(node.Plane), Is.EqualTo(before));
    }

    private static NextHop Kind(int number) => number switch
    {
        0 => new DiscardNextHop(new NextHopId(70)),
        1 => new HostNextHop(new NextHopId(70)),
        2 => new VifNextHop(new NextHopId(70), new VifId(Lab.Neighbour)),
        3 => new TunnelNextHop(new NextHopId(70), EncapsulationKind.MplsOverGre, Ip("192.0.2.2")) { Label = 77 },
        _ => new VrfNextHop(new NextHopId(70), new VrfId(2)),
    };
}
