using NUnit.Framework;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>Source NATs as the published state shows them.</summary>
[TestFixture]
internal sealed class SourceNatStateTests
{
    private static readonly SourceNat s_nat = Nat(5, "203.0.113.1", "203.0.113.2") with { Ports = new PortRange(61000, 65535) };

    private Editing _editing = null!;

    [SetUp]
    public void Start() => _editing = new Editing();

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void IsFoundInTheVrfThatIsLeft()
    {
        Apply(s_nat);
        SourceNatState state = _editing.Vrf(1).SourceNats.Single();

        Assert.That((state.Id, state.OutsideVrf, state.FirstPort, state.LastPort), Is.EqualTo((s_nat.Id, IndexOf(2), (ushort)61000, (ushort)65535)));
        Assert.That(state.Addresses, Is.EqualTo(s_nat.Addresses));
        Assert.That((state.Generation, _editing.Vrf(1).SourceNatGeneration, _editing.Vrf(1).Generation), Is.EqualTo((_editing.Generation, _editing.Generation, _editing.Generation)));
        Assert.That((_editing.Vrf(2).SourceNats.Length, _editing.Vrf(0).SourceNats.Length), Is.EqualTo((0, 0)));
    }

    [Test]
    public void HasAllPortsButTheWellKnownOnesByItself()
    {
        Apply(Nat(5, "203.0.113.1"));

        Assert.That((_editing.Vrf(1).SourceNats[0].FirstPort, _editing.Vrf(1).SourceNats[0].LastPort), Is.EqualTo(((ushort)1024, (ushort)65535)));
    }

    [Test]
    public void DisturbsNoRouteAndNoOtherVrf()
    {
        VrfState two = _editing.Vrf(2);
        uint wide = _editing.Vrf(1).WideGeneration;

        Apply(s_nat);
        uint generation = _editing.Vrf(1).SourceNatGeneration;
        _editing.Apply(Lab.Route(1, "10.9.0.0/16", 10, 99));

        Assert.That(_editing.Vrf(2), Is.SameAs(two));
        Assert.That((_editing.Vrf(1).SourceNatGeneration, _editing.Vrf(1).Generation), Is.EqualTo((generation, _editing.Generation)));
        Assert.That(_editing.Vrf(1).WideGeneration, Is.EqualTo(_editing.Generation).And.Not.EqualTo(wide), "of the route");
    }

    [Test]
    public void ComesInTheOrderOfNumbers()
    {
        Apply(Nat(9, "203.0.113.9"), Nat(5, "203.0.113.5"), Nat(7, "203.0.113.7"));
        Assert.That(_editing.Vrf(1).SourceNats.Select(nat => nat.Id.Value), Is.EqualTo(new uint[] { 5, 7, 9 }));

        _editing.Apply(new Transaction { SourceNats = [Nat(1, "203.0.113.10")], Deletes = [ObjectKey.Of(new SourceNatId(7))] });
        Assert.That(_editing.Vrf(1).SourceNats.Select(nat => nat.Id.Value), Is.EqualTo(new uint[] { 1, 5, 9 }));
    }

    [Test]
    public void MovesFromVrfToVrf()
    {
        Apply(s_nat);
        Apply(s_nat with { Vrf = new VrfId(2), OutsideVrf = new VrfId(0) });

        Assert.That((_editing.Vrf(1).SourceNats.Length, _editing.Vrf(1).SourceNatGeneration, _editing.Vrf(2).SourceNats.Length), Is.EqualTo((0, _editing.Generation, 1)));
        Assert.That((Pool(2, "203.0.113.1"), Pool(0, "203.0.113.1"), _editing.State.IsOwned(Ip("203.0.113.1"))), Is.EqualTo((0, 5, true)));

        _editing.Delete(ObjectKey.Of(s_nat.Id), ObjectKey.Of(new VifId(Lab.Other)), ObjectKey.Of(new VrfId(2)));
        Assert.That((Pool(0, "203.0.113.1"), _editing.State.IsOwned(Ip("203.0.113.1"))), Is.EqualTo((0, false)));
    }

    [Test]
    public void StaysAsItIsWhenAnEqualOneComesAgain()
    {
        ForwardingState before = Apply(s_nat);

        Assert.That(Apply(s_nat with { Addresses = [Ip("203.0.113.1"), Ip("203.0.113.2")] }), Is.SameAs(before));
    }

    [Test]
    public void AppliesToItsSourcesAndNotToWhatIsExcluded()
    {
        Apply(s_nat with { SourcePrefixes = [Prefix("10.1.0.0/16"), Prefix("10.3.0.0/16")], ExcludedDestinations = [Prefix("10.0.0.0/8"), Prefix("192.168.0.0/16")] }, Nat(6, "203.0.113.6", "2001:db8:6::1"));
        SourceNatState some = _editing.Vrf(1).SourceNats[0], all = _editing.Vrf(1).SourceNats[1];

        Assert.That((some.Applies(Ip("10.1.0.2"), Ip("198.51.100.1")), some.Applies(Ip("10.3.0.2"), Ip("11.0.0.1"))), Is.EqualTo((true, true)));
        Assert.That((some.Applies(Ip("10.2.0.2"), Ip("198.51.100.1")), some.Applies(Ip("10.1.0.2"), Ip("10.96.0.1")), some.Applies(Ip("10.1.0.2"), Ip("192.168.7.7"))), Is.EqualTo((false, false, false)));
        Assert.That((all.Applies(Ip("10.2.0.2"), Ip("10.96.0.1")), all.Applies(Ip("fd01::2"), Ip("2001:db8::9")), some.Applies(Ip("fd01::2"), Ip("2001:db8::9"))), Is.EqualTo((true, true, false)), "family by family");
    }

    [Test]
    public void SharesAnAddressByPorts()
    {
        Apply(Nat(5, "203.0.113.1") with { Ports = new PortRange(1024, 30000) }, Nat(3, "203.0.113.1") with { Ports = new PortRange(30001, 65535) });
        Assert.That((Pool(2, "203.0.113.1"), Pool(1, "203.0.113.1"), Pool(2, "203.0.113.3")), Is.EqualTo((3, 0, 0)));

        _editing.Delete(ObjectKey.Of(new SourceNatId(3)));
        Assert.That(Pool(2, "203.0.113.1"), Is.EqualTo(5));

        Apply(Nat(5, "203.0.113.3"));
        Assert.That((Pool(2, "203.0.113.1"), Pool(2, "203.0.113.3")), Is.EqualTo((0, 5)));
    }

    private static SourceNat Nat(uint id, params string[] addresses) =>
        new(new SourceNatId(id)) { Vrf = new VrfId(1), OutsideVrf = new VrfId(2), Addresses = [.. addresses.Select(address => Ip(address))] };

    private ForwardingState Apply(params SourceNat[] nats) => _editing.Apply(new Transaction { SourceNats = [.. nats] });

    private uint Pool(uint vrf, string address) => _editing.State.FindPool(IndexOf(vrf), Ip(address))?.Id.Value ?? 0;

    private int IndexOf(uint vrf) => _editing.Tables.Configuration.Vrfs[new VrfId(vrf)].Index;
}
