using NUnit.Framework;
using VRouter.Bench;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Routing;

public sealed class RouteStoreSizeTests
{
    private const int MegaByte = 1 << 20;

    [Test]
    public void HoldsAMillionRoutesIn64MegabytesAndLeavesNone()
    {
        IpPrefix[] prefixes = RealisticRoutes.Ipv4(1_000_000);
        using var store = new RouteStore();
        var table = new RouteTable(1);

        foreach (IpPrefix prefix in prefixes)
        {
            store.Set(table, prefix, default);
        }

        store.Commit(1);
        Assert.That(store.Count, Is.EqualTo(1_000_000));
        Assert.That(store.LookupBytes, Is.LessThan(64 * MegaByte));

        foreach (IpPrefix prefix in prefixes.Where((_, i) => i % 100 == 0))
        {
            AssertFinds(store, table, prefix);
        }

        store.RemoveTable(table);
        store.Commit(2);
        store.Reclaim(2);
        Assert.That((store.BytesUsed, store.LookupBytes), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Holds4096VrfsOfTenRoutesIn32Megabytes([Values] bool isIpv6)
    {
        IpPrefix[] prefixes = isIpv6 ? RealisticRoutes.Ipv6(40_960) : RealisticRoutes.Ipv4(40_960);
        using var store = new RouteStore();
        long managed = GC.GetAllocatedBytesForCurrentThread();

        for (int vrf = 0; vrf < 4096; vrf++)
        {
            long used = store.BytesUsed;
            Fill(store, new RouteTable(vrf), prefixes.AsSpan(10 * vrf, 10));
            Assert.That(store.BytesUsed - used, Is.LessThan(4096));
        }

        store.Commit(1);
        managed = GC.GetAllocatedBytesForCurrentThread() - managed;
        Assert.That(store.BytesUsed + store.LookupBytes + managed, Is.LessThan(32 * MegaByte));
    }

    [Test]
    public void AllocatesNothingManagedForAChange()
    {
        IpPrefix[] prefixes = RealisticRoutes.Ipv4(1000);
        using var store = new RouteStore();
        var table = new RouteTable(1);
        ulong generation = 0;

        Assert.That(Allocations.Of(Churn), Is.Zero);

        void Churn()
        {
            foreach (IpPrefix prefix in prefixes)
            {
                store.Set(table, prefix, default);
                store.Set(table, prefix, new RouteEntry { NextHop = 1 });
                store.Commit(++generation);
                store.Reclaim(generation);
            }

            foreach (IpPrefix prefix in prefixes)
            {
                store.Remove(table, prefix);
                store.Commit(++generation);
                store.Reclaim(generation);
            }
        }
    }

    private static void Fill(RouteStore store, RouteTable table, ReadOnlySpan<IpPrefix> prefixes)
    {
        foreach (IpPrefix prefix in prefixes)
        {
            store.Set(table, prefix, default);
        }
    }

    private static void AssertFinds(RouteStore store, RouteTable table, IpPrefix prefix)
    {
        IpPrefix found = store.Key(store.Lookup(table.Fib, prefix.Address)).Prefix;

        if (found.Length < prefix.Length || !found.Contains(prefix.Address))
        {
            Assert.Fail($"{prefix.Address} is routed by {found}, not {prefix}");
        }
    }
}
