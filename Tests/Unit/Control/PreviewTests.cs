using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>What a transaction would do, asked before it does it.</summary>
internal sealed class PreviewTests
{
    private static readonly SourceNat s_nat = new(new SourceNatId(5)) { Vrf = new VrfId(1), Addresses = [Ip("192.0.2.77")] };
    private static readonly Route s_route = Lab.Route(1, "10.7.0.0/16", 10);

    [Test]
    public void SaysWhatIsAddedChangedRemovedAndLeft()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { SourceNats = [s_nat] });

        AssertForetells(node, new Transaction
        {
            Settings = new Settings { MaxFlows = 4096 },
            Vrfs = [new Vrf(new VrfId(2)) { ForwardingMode = ForwardingMode.L3 }],
            Routes = [s_route, Lab.Route(1, "10.2.0.0/16", 30)],
            SourceNats = [s_nat with { Addresses = [Ip("192.0.2.78")] }],
            Deletes = [ObjectKey.Of(new Vni(Lab.Vni)), ObjectKey.Of(new Vni(7))],
        },
        applied: [ObjectKey.Settings, ObjectKey.Of(s_route.Vrf, s_route.Prefix), ObjectKey.Of(new VrfId(1), Prefix("10.2.0.0/16")), ObjectKey.Of(s_nat.Id)],
        deleted: [ObjectKey.Of(new Vni(Lab.Vni))]);
    }

    [Test]
    public void SaysThatNothingChanges()
    {
        using Node node = Lab.Start();
        Assert.That(node.Plane.PreviewSync(Lab.Configuration()) is { Applied.Count: 0, Deleted.Count: 0 }, Is.True);
        AssertForetells(node, Lab.Configuration(), [], []);
    }

    [Test]
    public void SaysWhatASyncWouldRemove()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Routes = [s_route], SourceNats = [s_nat] });

        ObjectChanges changes = node.Plane.PreviewSync(Lab.Configuration());

        Assert.That(changes.Applied, Is.Empty);
        Assert.That(changes.Deleted, Is.EquivalentTo([ObjectKey.Of(s_route.Vrf, s_route.Prefix), ObjectKey.Of(s_nat.Id)]));
    }

    [Test]
    public void TellsWhoListensOfSourceNats()
    {
        using Node node = Lab.Start();
        List<ObjectChanges> told = [];
        node.Plane.Changed += told.Add;

        node.Apply(new Transaction { SourceNats = [s_nat] });
        node.Apply(new Transaction { Deletes = [ObjectKey.Of(s_nat.Id)] });

        Assert.That(told.Select(changes => (changes.Applied.Count, changes.Deleted.Count)), Is.EqualTo([(1, 0), (0, 1)]));
    }

    private static void AssertForetells(Node node, Transaction transaction, ObjectKey[] applied, ObjectKey[] deleted)
    {
        List<string> before = States.Lines(node.Plane);

        ObjectChanges changes = node.Plane.Preview(transaction);
        ApplyResult foretold = node.Plane.Apply(transaction, validateOnly: true);

        Assert.That(States.Lines(node.Plane), Is.EqualTo(before));
        Assert.That(changes.Applied, Is.EquivalentTo(applied));
        Assert.That(changes.Deleted, Is.EquivalentTo(deleted));

        ApplyResult done = node.Plane.Apply(transaction);
        Assert.That((foretold.Added, foretold.Changed, foretold.Removed, foretold.Unchanged), Is.EqualTo((done.Added, done.Changed, done.Removed, done.Unchanged)));
    }
}
