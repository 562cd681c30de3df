using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>Floating IPs as the published state shows them.</summary>
[TestFixture]
internal sealed class FloatingIpStateTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp;

    private static readonly FloatingIp s_service = new(new VrfId(1), Ip("10.96.0.1")) { Vifs = Vifs(Lab.Tenant, Lab.Neighbour) };

    private Editing _editing = null!;

    [SetUp]
    public void Start() => _editing = new Editing();

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void IsFoundInItsVrfByItsAddress()
    {
        Apply(s_service with { Direction = FloatingIpDirection.Ingress });
        FloatingIpState state = Find(s_service)!;

        Assert.That((state.VrfId, state.Address, state.Direction, state.IsMapped, state.Vrf), Is.EqualTo((s_service.Vrf, s_service.Address, FloatingIpDirection.Ingress, false, IndexOf(1))));
        Assert.That(_editing.State.FloatingIpsByIndex[state.Index], Is.SameAs(state));
        Assert.That((_editing.State.FindFloatingIp(IndexOf(2), s_service.Address), _editing.State.FindFloatingIp(IndexOf(1), Ip("10.96.0.2"))), Is.EqualTo((null as FloatingIpState, null as FloatingIpState)));
        Assert.That((state.Generation, _editing.State.FloatingIpsGeneration), Is.EqualTo((_editing.Generation, _editing.Generation)));
    }

    [Test]
    public void TellsItsMembersAndNobodyElse()
    {
        VifState other = _editing.Vif(Lab.Other);
        uint before = _editing.Vif(Lab.Tenant).Generation;

        Apply(s_service);

        Assert.That(_editing.Vif(Lab.Tenant).FloatingIps, Is.EqualTo(new[] { Find(s_service) }));
        Assert.That((_editing.Vif(Lab.Tenant).Generation, _editing.State.VifsGeneration), Is.EqualTo((_editing.Generation, _editing.Generation)).And.Not.EqualTo((before, before)));
        Assert.That(_editing.Vif(Lab.Other), Is.SameAs(other));
        Assert.That((Find(s_service)!.Has(Index(Lab.Tenant)), Find(s_service)!.Has(Index(Lab.Neighbour)), Find(s_service)!.Has(Index(Lab.Other))), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void TellsMembersThatItHadBefore()
    {
        Apply(s_service);
        int index = Find(s_service)!.Index;

        Apply(s_service with { Vifs = Vifs(Lab.Other, Lab.Neighbour) });
        Assert.That((_editing.Vif(Lab.Tenant).FloatingIps.Length, _editing.Vif(Lab.Tenant).Generation), Is.EqualTo((0, _editing.Generation)));
        Assert.That(_editing.Vif(Lab.Other).FloatingIps, Is.EqualTo(new[] { Find(s_service) }));
        Assert.That(Find(s_service)!.Index, Is.EqualTo(index));

        _editing.Delete(ObjectKey.Of(s_service.Vrf, s_service.Address));
        Assert.That((_editing.Vif(Lab.Other).FloatingIps.Length, _editing.Vif(Lab.Neighbour).FloatingIps.Length, Find(s_service)), Is.EqualTo((0, 0, null as FloatingIpState)));
        Assert.That((_editing.State.FloatingIpsByIndex[index], _editing.State.FloatingIpsGeneration), Is.EqualTo((null as FloatingIpState, _editing.Generation)));
    }

    [Test]
    public void IsLeftAloneByChangesElsewhereAndByItself()
    {
        Apply(s_service);
        FloatingIpState before = Find(s_service)!;
        ForwardingState state = _editing.State;

        Assert.That(Apply(s_service with { Vifs = Vifs(Lab.Tenant, Lab.Neighbour) }), Is.SameAs(state));
        _editing.Apply(Lab.Route(1, "10.9.0.0/16", 10, 99));
        Apply(s_service with { Address = Ip("10.96.0.2"), Vifs = Vifs(Lab.Other) });

        Assert.That(Find(s_service), Is.SameAs(before));
        Assert.That(_editing.State.FloatingIpsGeneration, Is.Not.EqualTo(before.Generation));
    }

    [Test]
    public void StaysWithAVifThatChanges()
    {
        Apply(s_service);
        _editing.Apply(Lab.TenantVif(Lab.Neighbour, 1) with { Mtu = 1400 });

        Assert.That(_editing.Vif(Lab.Neighbour).FloatingIps, Is.EqualTo(new[] { Find(s_service) }));
    }

    [Test]
    public void ComesInTheOrderOfVrfNamesAndAddresses()
    {
        _editing.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(1)) { Name = "b", ForwardingMode = ForwardingMode.L3 }, new Vrf(new VrfId(2)) { Name = "B", ForwardingMode = ForwardingMode.L3 }, new Vrf(new VrfId(3)) { Name = "b" }] });
        Apply(FloatingIp(1, "10.96.0.10"), FloatingIp(1, "10.96.0.9"), FloatingIp(2, "192.0.2.200"), FloatingIp(3, "10.96.0.9"), FloatingIp(1, "fd00::1"));
        Assert.That(Order(), Is.EqualTo(new[] { "2 192.0.2.200", "1 10.96.0.9", "3 10.96.0.9", "1 10.96.0.10", "1 fd00::1" }));

        _editing.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(1)) { Name = "A", ForwardingMode = ForwardingMode.L3 }] });
        Assert.That(Order(), Is.EqualTo(new[] { "1 10.96.0.9", "1 10.96.0.10", "1 fd00::1", "2 192.0.2.200", "3 10.96.0.9" }));
        Assert.That(_editing.State.FindFloatingIp(IndexOf(1), Ip("fd00::1"))!.VrfName, Is.EqualTo("A"));
    }

    [Test]
    public void MapsOneToOneWithoutMappings()
    {
        Apply(s_service);

        Assert.That(Map(Tcp, 80, Lab.Tenant), Is.EqualTo(80));
        Assert.That(MapBack(Udp, 5000, Lab.Neighbour), Is.EqualTo(5000));
        Assert.That((Map(Tcp, 80, Lab.Other), MapBack(Tcp, 80, Lab.Other)), Is.EqualTo((-1, -1)));
    }

    [Test]
    public void MapsPortsProtocolByProtocolAndMemberByMember()
    {
        Apply(s_service with
        {
            PortMappings =
            [
                new PortMapping(Tcp, 80, 8080),
                new PortMapping(Udp, 80, 9090) { Vifs = Vifs(Lab.Tenant) },
                new PortMapping(Udp, 80, 9091) { Vifs = Vifs(Lab.Neighbour) },
                new PortMapping(Sctp, 80, 80) { Vifs = Vifs(Lab.Neighbour) },
                new PortMapping(Tcp, 81, 8080),
            ],
        });

        Assert.That(Find(s_service)!.IsMapped, Is.True);
        Assert.That((Map(Tcp, 80, Lab.Tenant), Map(Tcp, 80, Lab.Neighbour), Map(Tcp, 81, Lab.Tenant)), Is.EqualTo((8080, 8080, 8080)));
        Assert.That((Map(Udp, 80, Lab.Tenant), Map(Udp, 80, Lab.Neighbour)), Is.EqualTo((9090, 9091)));
        Assert.That((Map(Sctp, 80, Lab.Tenant), Map(Sctp, 80, Lab.Neighbour)), Is.EqualTo((-1, 80)));
        Assert.That((Map(Tcp, 82, Lab.Tenant), Map(IpProtocol.Icmp, 0, Lab.Tenant), Map(Tcp, 80, Lab.Other)), Is.EqualTo((-1, -1, -1)));

        Assert.That((MapBack(Tcp, 8080, Lab.Tenant), MapBack(Udp, 9091, Lab.Neighbour)), Is.EqualTo((80, 80)), "the lowest of two");
        Assert.That((MapBack(Udp, 9091, Lab.Tenant), MapBack(Tcp, 80, Lab.Tenant), MapBack(Tcp, 8080, Lab.Other)), Is.EqualTo((-1, -1, -1)));
    }

    [Test]
    public void ForwardsPortsThatNoMemberHas()
    {
        FloatingIp node = new(new VrfId(0), Ip("192.0.2.1")) { PortMappings = [new PortMapping(Tcp, 30080, 80) { Forward = new PortForward(new VrfId(1), s_service.Address, TranslateSource: true) }] };
        Apply(s_service, node);
        FloatingIpState state = Find(node)!;

        Assert.That((state.IsMapped, state.TryForward(Tcp, 30080, out PortForwardState forward), forward), Is.EqualTo((true, true, new PortForwardState(IndexOf(1), s_service.Address, 80, true))));
        Assert.That((state.TryForward(Udp, 30080, out _), state.TryForward(Tcp, 80, out _), Find(s_service)!.TryForward(Tcp, 80, out _)), Is.EqualTo((false, false, false)));
        Assert.That((_editing.State.IsOwned(node.Address), _editing.State.IsOwned(s_service.Address), _editing.State.IsOwned(Ip("2001:db8::1"))), Is.EqualTo((true, false, false)));
    }

    [Test]
    public void AdmitsAnyoneOrThoseItNames()
    {
        Apply(s_service, s_service with { Address = Ip("10.96.0.2"), SourcePrefixes = [Prefix("198.51.100.0/24"), Prefix("10.0.0.0/8")] });
        FloatingIpState some = _editing.State.FindFloatingIp(IndexOf(1), Ip("10.96.0.2"))!;

        Assert.That(Find(s_service)!.Admits(Ip("203.0.113.1")), Is.True);
        Assert.That((some.Admits(Ip("10.200.0.1")), some.Admits(Ip("198.51.100.255")), some.Admits(Ip("198.51.101.0")), some.Admits(Ip("203.0.113.1"))), Is.EqualTo((true, true, false, false)));
    }

    [Test]
    public void KnowsTheAddressOfAMember()
    {
        FloatingIp six = new(new VrfId(1), Ip("fd00::1")) { Vifs = s_service.Vifs };
        Apply(s_service, six, s_service with { Address = Ip("10.96.0.2"), FixedAddress = Ip("10.77.0.1") });
        VifState tenant = _editing.Vif(Lab.Tenant);

        Assert.That((Find(s_service)!.TryGetFixed(tenant, out IpAddress address), address), Is.EqualTo((true, Ip("10.1.0.2"))));
        Assert.That((Find(six)!.TryGetFixed(tenant, out address), address), Is.EqualTo((true, Ip("fd01::2"))));
        Assert.That((tenant.FloatingIps[1].TryGetFixed(tenant, out address), address), Is.EqualTo((true, Ip("10.77.0.1"))));

        _editing.Apply(Lab.TenantVif(Lab.Neighbour, 1) with { Addresses = [Prefix("10.1.0.3")] });
        Assert.That(Find(six)!.TryGetFixed(_editing.Vif(Lab.Neighbour), out _), Is.False);
    }

    [Test]
    public void GoesWithItsMembersAndItsVrfInOneRequest()
    {
        FloatingIp elsewhere = new(new VrfId(7), Ip("203.0.113.1")) { Vifs = Vifs(Lab.Neighbour) };
        _editing.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(7)) { Name = "public" }], FloatingIps = [elsewhere] });

        _editing.Delete(ObjectKey.Of(new VrfId(7)), ObjectKey.Of(new VifId(Lab.Neighbour)), ObjectKey.Of(elsewhere.Vrf, elsewhere.Address));

        Assert.That((_editing.Tables.Configuration.FloatingIps.Count, _editing.State.FloatingIps.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public void LeavesOldStatesAsTheyWereWhenItsIndexIsUsedAgain()
    {
        Apply(s_service);
        ForwardingState old = _editing.State;
        int index = Find(s_service)!.Index;

        _editing.Apply(new Transaction { FloatingIps = [FloatingIp(2, "10.96.0.1")], Deletes = [ObjectKey.Of(s_service.Vrf, s_service.Address)] });

        Assert.That(_editing.State.FloatingIpsByIndex[index]!.VrfId, Is.EqualTo(new VrfId(2)));
        Assert.That(old.FindFloatingIp(IndexOf(1), s_service.Address), Is.SameAs(old.FloatingIpsByIndex[index]));
    }

    private static FloatingIp FloatingIp(uint vrf, string address) => new(new VrfId(vrf), Ip(address)) { Vifs = Vifs(Lab.Tenant) };

    private static ValueList<VifId> Vifs(params uint[] ids) => [.. ids.Select(id => new VifId(id))];

    private ForwardingState Apply(params FloatingIp[] floatingIps) => _editing.Apply(new Transaction { FloatingIps = [.. floatingIps] });

    private FloatingIpState? Find(FloatingIp floatingIp) => _editing.State.FindFloatingIp(IndexOf(floatingIp.Vrf.Value), floatingIp.Address);

    private int IndexOf(uint vrf) => _editing.Tables.Configuration.Vrfs[new VrfId(vrf)].Index;

    private ushort Index(uint vif) => _editing.Vif(vif).Index;

    private string[] Order() => [.. _editing.Vif(Lab.Tenant).FloatingIps.Select(floatingIp => $"{floatingIp.VrfId} {floatingIp.Address}")];

    private int Map(byte protocol, ushort port, uint vif) => Find(s_service)!.TryMap(protocol, port, Index(vif), out ushort guestPort) ? guestPort : -1;

    private int MapBack(byte protocol, ushort guestPort, uint vif) => Find(s_service)!.TryMapBack(protocol, guestPort, Index(vif), out ushort port) ? port : -1;
}
