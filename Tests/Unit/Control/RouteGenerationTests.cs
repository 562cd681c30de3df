using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>Who is told of a route that changes, and who is not.</summary>
[TestFixture]
public sealed class RouteGenerationTests
{
    private Editing _editing = null!;

    [SetUp]
    public void Start() => _editing = new Editing();

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void StayWhereNothingChanges()
    {
        VrfState one = _editing.Vrf(1);
        uint bucket = _editing.RouteGeneration(1, "10.9.9.1");

        _editing.Apply(Lab.Route(2, "10.9.9.0/24", 30), Lab.Route(2, "10.0.0.0/8", 30));

        Assert.That(_editing.Vrf(1), Is.SameAs(one));
        Assert.That(_editing.RouteGeneration(1, "10.9.9.1"), Is.EqualTo(bucket));
        Assert.That((_editing.Vrf(2).Generation, _editing.Vrf(2).WideGeneration), Is.EqualTo((_editing.Generation, _editing.Generation)));
    }

    [TestCase("10.9.9.0/24", "10.9.9.77")]
    [TestCase("10.9.9.64/26", "10.9.9.1")]
    [TestCase("10.9.9.9/32", "10.9.9.9")]
    [TestCase("2001:db8:9::/64", "2001:db8:9::7")]
    [TestCase("2001:db8:9::9/128", "2001:db8:9::7")]
    public void TellTheBucketOfANarrowPrefix(string prefix, string address)
    {
        uint wide = _editing.Vrf(1).WideGeneration;

        _editing.Apply(Lab.Route(1, prefix, 10, 99));
        AssertOnlyTheBucketKnows();
        _editing.Apply(Lab.Route(1, prefix, 10, 98));
        AssertOnlyTheBucketKnows();
        _editing.Delete(ObjectKey.Of(new VrfId(1), Prefix(prefix)));
        AssertOnlyTheBucketKnows();

        void AssertOnlyTheBucketKnows()
        {
            Assert.That(_editing.RouteGeneration(1, address), Is.EqualTo(_editing.Generation));
            Assert.That(_editing.Vrf(1).Generation, Is.EqualTo(_editing.Generation));
            Assert.That(_editing.Vrf(1).WideGeneration, Is.EqualTo(wide));
        }
    }

    [TestCase("10.9.8.0/23", "10.9.8.1")]
    [TestCase("0.0.0.0/0", "10.9.9.9")]
    [TestCase("2001:db8:8::/63", "2001:db8:8::1")]
    public void TellTheVrfOfAWidePrefix(string prefix, string address)
    {
        uint bucket = _editing.RouteGeneration(1, address);

        _editing.Apply(Lab.Route(1, prefix, 10, 99));
        Assert.That(_editing.Vrf(1).WideGeneration, Is.EqualTo(_editing.Generation));
        _editing.Delete(ObjectKey.Of(new VrfId(1), Prefix(prefix)));
        Assert.That(_editing.Vrf(1).WideGeneration, Is.EqualTo(_editing.Generation));

        Assert.That(_editing.RouteGeneration(1, address), Is.EqualTo(bucket));
    }

    [Test]
    public void TellAddressesOfAVifThatComesMovesAndGoes()
    {
        Vif vif = Lab.TenantVif(7, 1) with { Addresses = [Prefix("10.9.9.9")], Mac = Mac("02:00:00:00:01:07") };

        _editing.Apply(vif);
        Assert.That(_editing.RouteGeneration(1, "10.9.9.9"), Is.EqualTo(_editing.Generation));
        _editing.Apply(vif with { Vrf = new VrfId(2) });
        Assert.That(_editing.RouteGeneration(1, "10.9.9.9"), Is.EqualTo(_editing.Generation));
        Assert.That(_editing.RouteGeneration(2, "10.9.9.9"), Is.EqualTo(_editing.Generation));
        _editing.Delete(ObjectKey.Of(vif.Id));
        Assert.That(_editing.RouteGeneration(2, "10.9.9.9"), Is.EqualTo(_editing.Generation));
    }

    [Test]
    public void KeepRoutesOfAVifThatChangesOtherwise()
    {
        VrfState one = _editing.Vrf(1);

        _editing.Apply(Lab.TenantVif(Lab.Tenant, 1) with { Label = new MplsLabel(Lab.VifLabel), Mtu = 1400 });

        Assert.That(_editing.Vrf(1), Is.SameAs(one));
        Assert.That(_editing.State.NextHopsGeneration, Is.EqualTo(_editing.Generation));
    }

    [Test]
    public void AreWrittenIntoRoutesThatDiffer()
    {
        _editing.Apply(Lab.Route(1, "10.8.0.0/16", 10, 99), Lab.Route(1, "10.9.0.0/16", 10, 99));
        uint first = _editing.Generation;
        Assert.That(_editing.Route(1, "10.9.0.1").Generation, Is.EqualTo(first));

        _editing.Apply(Lab.Route(1, "10.8.0.0/16", 10, 98), Lab.Route(1, "10.9.0.0/16", 10, 99));

        Assert.That(_editing.Route(1, "10.8.0.1").Generation, Is.EqualTo(first + 1));
        Assert.That(_editing.Route(1, "10.9.0.1").Generation, Is.EqualTo(first));
        Assert.That(_editing.Route(1, "10.1.0.2").Generation, Is.LessThan(first), "a derived route");
    }

    [Test]
    public void StayWhenEqualObjectsComeAgain()
    {
        ForwardingState before = _editing.State;

        Assert.That(_editing.Apply(Lab.Configuration()), Is.SameAs(before));

        // And when something else changes with them.
        Transaction more = Lab.Configuration();
        more.Labels.Add(new LabelEntry(new MplsLabel(77), new NextHopId(20)));
        ForwardingState after = _editing.Apply(more);

        Assert.That(after.Generation, Is.EqualTo(before.Generation + 1));
        Assert.That((after.Vrfs, after.Vifs, after.NextHops), Is.EqualTo((before.Vrfs, before.Vifs, before.NextHops)));
        Assert.That((after.VifsGeneration, after.NextHopsGeneration), Is.EqualTo((before.VifsGeneration, before.NextHopsGeneration)));
    }

    [Test]
    public void OutliveAVrfThatAnotherTakesThePlaceOf()
    {
        _editing.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(50))], Routes = [Lab.Route(50, "10.0.0.0/8", 10, 99)] });
        int index = _editing.Tables.Configuration.Vrfs[new VrfId(50)].Index;

        _editing.Delete(ObjectKey.Of(new VrfId(50), Prefix("10.0.0.0/8")), ObjectKey.Of(new VrfId(50)));
        Assert.That(_editing.State.Vrfs[index], Is.Null);
        _editing.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(51))] });

        Assert.That(_editing.Tables.Configuration.Vrfs[new VrfId(51)].Index, Is.EqualTo(index));
        Assert.That(_editing.Vrf(51).WideGeneration, Is.EqualTo(_editing.Generation));
    }

    [Test]
    public void TellTheVrfOfItsOwnSettings()
    {
        _editing.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3, RpfDisabled = true }] });

        Assert.That((_editing.Vrf(1).Generation, _editing.Vrf(1).WideGeneration), Is.EqualTo((_editing.Generation, _editing.Generation)));
    }

    [Test]
    public void ShareFewBuckets()
    {
        HashSet<int> buckets = [];

        for (int i = 0; i < 1024; i++)
        {
            buckets.Add(RouteGenerations.BucketOf(i & 7, IpAddress.FromIpv4(0x0A00_0000u + (uint)(i >> 3 << 8))));
            buckets.Add(RouteGenerations.BucketOf(i & 7, IpAddress.FromIpv6(0x2001_0DB8_0000_0000 + (ulong)(i >> 3), 7)));
        }

        Assert.That(buckets, Has.Count.GreaterThan(1960));
    }
}
