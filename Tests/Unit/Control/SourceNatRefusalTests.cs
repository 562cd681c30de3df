using NUnit.Framework;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>What is refused of source NATs (semantics, section 8).</summary>
[TestFixture]
internal sealed class SourceNatRefusalTests
{
    private static readonly SourceNat s_good = new(new SourceNatId(5)) { Vrf = new VrfId(1), OutsideVrf = new VrfId(2), Addresses = [Ip("203.0.113.1")] };

    private Editing _editing = null!;

    [SetUp]
    public void Start() => _editing = new Editing();

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void NamesEverythingThatIsWrong()
    {
        Assert.That(
            ProblemsOf(new SourceNat(default)
            {
                Vrf = new VrfId(8),
                OutsideVrf = new VrfId(9),
                SourcePrefixes = [Prefix("10.1.0.0/8"), Prefix("fd00::/8")],
                ExcludedDestinations = [Prefix("10.0.0.0/8"), Prefix("10.1.0.0/8")],
                Addresses = [Ip("203.0.113.1"), Ip("0.0.0.0"), Ip("203.0.113.1")],
                Ports = new PortRange(0, 65536),
            }),
            Is.EqualTo(new[]
            {
                "source nat 0: id: 0 is not an id",
                "source nat 0: vrf: there is no VRF 8",
                "source nat 0: outside_vrf: there is no VRF 9",
                "source nat 0: addresses[1]: 0.0.0.0 is not the address of one host",
                "source nat 0: addresses[2]: 203.0.113.1 is there twice",
                "source nat 0: source_prefixes[0]: 10.1.0.0/8 has bits set behind its length; the prefix is 10.0.0.0/8",
                "source nat 0: source_prefixes[1]: no address of the pool is of the family of fd00::/8",
                "source nat 0: excluded_destinations[1]: 10.1.0.0/8 has bits set behind its length; the prefix is 10.0.0.0/8",
                "source nat 0: ports.first: 0 is not a port",
                "source nat 0: ports.last: 65536 is above 65535",
            }));
        Assert.That(ProblemsOf(s_good with { Addresses = [], SourcePrefixes = [Prefix("fd00::/8")] }), Is.EqualTo(new[] { "source nat 5: addresses: a source NAT has at least one" }));
        Assert.That(ProblemsOf(s_good with { Ports = new PortRange(2000, 1999) }), Is.EqualTo(new[] { "source nat 5: ports.first: 2000 is above the last, 1999" }));
        Assert.That(ProblemsOf(s_good with { OutsideVrf = s_good.Vrf }), Is.EqualTo(new[] { "source nat 5: outside_vrf: nothing leaves VRF 1 for itself" }));
        Assert.That(ProblemsOf(s_good with { Addresses = [Ip("203.0.113.1"), Ip("2001:db8::1")], SourcePrefixes = [Prefix("10.0.0.0/8"), Prefix("fd00::/8")], Ports = new PortRange(1, 1) }), Is.Empty);
    }

    [Test]
    public void NamesPoolsThatOverlap()
    {
        SourceNat six = s_good with { Id = new SourceNatId(6), Addresses = [Ip("203.0.113.9"), Ip("203.0.113.1")], Ports = new PortRange(2000, 3000) };
        string[] overlap = ["source nat 6: addresses: 203.0.113.1 with ports 2000-3000 overlaps source nat 5, which has ports 1024-65535 of it"];

        Assert.That(ProblemsOf(s_good, six), Is.EqualTo(overlap));
        Assert.That(ProblemsOf(s_good, six with { OutsideVrf = new VrfId(0) }), Is.Empty, "in another VRF");
        Assert.That(ProblemsOf(s_good with { Ports = new PortRange(1024, 1999) }, six), Is.Empty);
        Assert.That(ProblemsOf(s_good with { Ports = new PortRange(3000, 3000) }, six), Has.Length.EqualTo(1));

        _editing.Apply(new Transaction { SourceNats = [s_good] });
        Assert.That(ProblemsOf(six), Is.EqualTo(overlap));
        Assert.That(ProblemsOf(s_good with { Ports = new PortRange(3001, 4000) }, six), Is.Empty, "by what it will be");
        Assert.That(_editing.ProblemsOf(new Transaction { SourceNats = [six], Deletes = [ObjectKey.Of(s_good.Id)] }), Is.Empty);
    }

    [Test]
    public void NamesOneThatComesTwice()
    {
        Assert.That(ProblemsOf(s_good, s_good), Is.EqualTo(new[] { "source nat 5: is in the request twice" }));
        Assert.That(_editing.ProblemsOf(new Transaction { SourceNats = [s_good], Deletes = [ObjectKey.Of(s_good.Id)] }), Is.EqualTo(new[] { "source nat 5: is in the request twice: to be there, and to be deleted" }));
    }

    [Test]
    public void KeepsItsVrfsFromBeingDeleted()
    {
        ObjectKey inside = ObjectKey.Of(new VrfId(7)), outside = ObjectKey.Of(new VrfId(8));
        _editing.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(7)), new Vrf(new VrfId(8))], SourceNats = [s_good with { Vrf = new VrfId(7), OutsideVrf = new VrfId(8) }] });

        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [inside, outside] }), Is.EqualTo(new[] { "vrf 7: cannot be deleted: 1 other object names it", "vrf 8: cannot be deleted: 1 other object names it" }));
        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [inside, outside], SourceNats = [s_good] }), Is.Empty);

        _editing.Delete(inside, outside, ObjectKey.Of(s_good.Id));
        Assert.That(_editing.Tables.Configuration.Vrfs.Keys.Select(vrf => vrf.Value), Does.Not.Contain(7).And.Not.Contain(8));
    }

    private string[] ProblemsOf(params SourceNat[] nats) => _editing.ProblemsOf(new Transaction { SourceNats = [.. nats] });
}
