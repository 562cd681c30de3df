using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk;

/// <summary>What neighbours and those who wait for them may cost, and what becomes of them when interfaces go.</summary>
[TestFixture]
public sealed class NeighbourLimitTests
{
    [Test]
    public void DropsWhatWaitsWhenItsInterfaceGoes()
    {
        using Node node = NeighbourTests.Start();
        node.Receive(Lab.Tenant, NeighbourTests.Frame);
        node.Receive(Lab.Neighbour, Lab.FromTenant(Craft.Udp("10.1.0.3", "10.3.0.1"), Lab.Neighbour));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Tenant))] });
        node.Forget(Lab.Tenant);

        Assert.That(node.LastDrop, Is.EqualTo(DropReason.InterfaceDown));
        Assert.That(node.Plane.ReadCounters().Removed.Drops[DropReason.InterfaceDown], Is.EqualTo(1));
        node.AssertBalanced();

        node.SentAll(Lab.Fabric);
        node.Receive(Lab.Fabric, NeighbourTests.Answer());
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner[15], Is.EqualTo(3), "the other one's goes");
    }

    [Test]
    public void DropsWhatWaitsForANeighbourBehindAnInterfaceThatGoes()
    {
        using Node node = NeighbourTests.Start();
        node.Receive(Lab.Tenant, NeighbourTests.Frame);

        node.Apply(new Transaction
        {
            Deletes = [ObjectKey.Of(new VifId(Lab.Fabric)), ObjectKey.Of(new NextHopId(90)), ObjectKey.Of(new NextHopId(92)), ObjectKey.Of(default, Node.Prefix("192.0.2.2/32")), ObjectKey.Of(default, Node.Prefix("2001:db8::2/128"))],
        });
        node.Forget(Lab.Fabric);
        node.AssertBalanced();

        node.Wait(3.1);
        Assert.That(node.LastDrop, Is.EqualTo(DropReason.NeighbourUnresolved));
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);
    }

    [Test]
    public void IsForgottenWithItsInterface()
    {
        using Node node = NeighbourTests.Start();
        node.Receive(Lab.Tenant, NeighbourTests.Frame);
        node.Receive(Lab.Fabric, NeighbourTests.Answer());
        Transaction lab = Lab.Configuration();

        node.Apply(new Transaction { Deletes = [.. lab.Routes.Where(route => route.Vrf.Value == 0).Select(route => ObjectKey.Of(route.Vrf, route.Prefix)), ObjectKey.Of(new NextHopId(90)), ObjectKey.Of(new NextHopId(92)), ObjectKey.Of(new VifId(Lab.Fabric))] });
        node.Forget(Lab.Fabric);
        node.Apply(new Transaction { Vifs = [lab.Vifs[0]] });
        node.Receive(Lab.Tenant, NeighbourTests.Frame);

        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(NeighbourTests.Request()));
    }

    [Test]
    public void IsOneOfManyWithoutHarm()
    {
        using Node node = NeighbourTests.Start();
        node.Apply(new Transaction
        {
            Vifs = [Lab.Configuration().Vifs[0] with { Addresses = [Node.Prefix("192.0.2.1/24"), Node.Prefix("100.64.0.1/10")] }],
            NextHops = [new VrfNextHop(new NextHopId(21), default)],
            Routes = [Lab.Route(1, "100.64.0.0/10", 21)],
        });

        // A scan of the connected prefix: more than the table holds, and than there are frames to hold.
        for (int i = 0; i < 20_000; i++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", $"100.64.{64 + (i >> 8)}.{i & 255}")));
            node.SentAll(Lab.Fabric);
        }

        node.AssertBalanced();
        Assert.That(node.Counters(Lab.Tenant).Held, Is.InRange(1, node.Plane.Options.Frames / 8), "most frames stay free");

        // Others are still found, though nothing more may wait.
        node.Wait(1);
        node.SentAll(Lab.Fabric);
        node.Receive(Lab.Tenant, NeighbourTests.Frame);
        Assert.That(node.LastDrop, Is.EqualTo(DropReason.NeighbourUnresolved));
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(NeighbourTests.Request()));
        node.Receive(Lab.Fabric, NeighbourTests.Answer());
        node.Receive(Lab.Tenant, NeighbourTests.Frame);
        Assert.That(node.SentOnce(Lab.Fabric)[..6], Is.EqualTo(Craft.Octets(NeighbourTests.Mac)));

        node.Wait(3);
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);
    }

    [Test]
    public void IsAskedForAThousandTimesASecondAtMost()
    {
        using Node node = NeighbourTests.Start();
        node.Apply(new Transaction
        {
            Vifs = [Lab.Configuration().Vifs[0] with { Addresses = [Node.Prefix("192.0.2.1/24"), Node.Prefix("100.64.0.1/10")] }],
            NextHops = [new VrfNextHop(new NextHopId(21), default)],
            Routes = [Lab.Route(1, "100.64.0.0/10", 21)],
        });
        int asked = 0;

        for (int i = 0; i < 3_000; i++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", $"100.64.{64 + (i >> 8)}.{i & 255}")));
            asked += node.SentAll(Lab.Fabric).Count;
        }

        Assert.That(asked, Is.EqualTo(1_000));
    }
}
