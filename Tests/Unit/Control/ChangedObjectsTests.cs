using System.Collections;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Control;

/// <summary>What a data plane tells of what transactions have changed, for every kind of object that there is.</summary>
internal sealed class ChangedObjectsTests
{
    private readonly List<ObjectChanges> _told = [];
    private DataPlane _dataPlane = null!;

    [SetUp]
    public void Make()
    {
        _told.Clear();
        _dataPlane = new DataPlane(new DataPlaneOptions { OpenPorts = false });
        _dataPlane.Changed += _told.Add;
    }

    [TearDown]
    public void Dispose() => _dataPlane.Dispose();

    [Test]
    public void AreThoseThatAreNew()
    {
        ApplyResult result = _dataPlane.Apply(Everything());

        Assert.That(result.Problems, Is.Empty);
        Assert.That(_told.Single().Applied, Is.EquivalentTo(Everything().Puts));
        Assert.That(_told.Single().Generation, Is.EqualTo(result.Generation));
    }

    [Test]
    public void AreNoneOfThoseThatAreAsTheyWere()
    {
        _dataPlane.Apply(Everything());
        _told.Clear();

        _dataPlane.Apply(Everything());
        _dataPlane.Sync(Everything());

        Assert.That(_told, Is.Empty);
    }

    [Test]
    public void AreThoseThatAreGone()
    {
        _dataPlane.Apply(Everything());
        _told.Clear();
        Transaction delete = new();
        delete.Deletes.AddRange(Everything().Puts);
        delete.Deletes.Add(ObjectKey.Of(new VrfId(99)));

        Assert.That(_dataPlane.Apply(delete).Problems, Is.Empty);

        Assert.That(_told.Single().Deleted, Is.EquivalentTo(Everything().Puts));
        Assert.That(_told.Single().Applied, Is.Empty);
    }

    [Test]
    public void AreNoneOfATransactionThatIsRefused()
    {
        _dataPlane.Apply(new Transaction { Vrfs = { new Vrf(new(1)) }, Vnis = { new VniEntry(new Vni(7), new VrfId(2)) } });
        _dataPlane.Apply(Everything(), validateOnly: true);

        Assert.That(_told, Is.Empty);
    }

    [Test]
    public void AreOfEveryKindThatATransactionKnows()
    {
        IEnumerable<string> empty = typeof(Transaction).GetProperties()
            .Where(property => property.PropertyType.IsAssignableTo(typeof(IList)) && property.Name != nameof(Transaction.Deletes))
            .Where(property => ((IList)property.GetValue(Everything())!).Count == 0)
            .Select(property => property.Name);

        Assert.That(empty, Is.Empty, "this test has to know it too");
    }

    private static Transaction Everything() => new()
    {
        Vrfs = { new Vrf(new(1)), new Vrf(new(2)) },
        Vifs =
        {
            new Vif(new(1), VifKind.Tenant) { Mac = MacAddress.Parse("02:00:00:00:01:01"), Vrf = new(1), Addresses = [IpPrefix.Parse("10.0.0.1/32")] },
        },
        NextHops = { new TunnelNextHop(new(1), EncapsulationKind.Vxlan, IpAddress.Parse("192.0.2.2")) },
        Routes = { new Route(new(1), IpPrefix.Parse("10.0.1.0/24"), new(1)) { Label = 5001, SecurityGroups = [new(8)] } },
        Labels = { new LabelEntry(new MplsLabel(100), new NextHopId(1)) },
        Vnis = { new VniEntry(new Vni(5001), new VrfId(1)) },
        SecurityGroups = { new SecurityGroup(new(8), "open", []) },
        FloatingIps = { new FloatingIp(new VrfId(2), IpAddress.Parse("198.51.100.1")) { Vifs = [new(1)] } },
        SourceNats = { new SourceNat(new(1)) { Vrf = new(1), OutsideVrf = new(2), Addresses = [IpAddress.Parse("198.51.100.2")] } },
    };
}
