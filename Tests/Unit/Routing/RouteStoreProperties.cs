using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Routing;

public sealed class RouteStoreProperties
{
    private const int StepsATransaction = 5;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(80);

    [Test]
    public void AgreesWithALinearScanUnderEveryGeneration([Values] bool isIpv6) =>
        Prop.ForAll(RouteStep.Sequences(isIpv6), AgreesWithALinearScan).Check(s_config);

    [Test]
    public void IsBackWhereItBeganWhenEveryRouteIsGone([Values] bool isIpv6) =>
        Prop.ForAll(RouteStep.Sequences(isIpv6), LeavesNothingBehind).Check(s_config);

    [Test]
    public void HasOneShapeForOneSetOfRoutes([Values] bool isIpv6) =>
        Prop.ForAll(RouteStep.Sequences(isIpv6), TakesWhatANewStoreTakes).Check(s_config);

    private static void AgreesWithALinearScan(RouteStep[] steps)
    {
        using var store = new RouteStore(10_000);
        var table = new RouteTable(1);
        var routes = new LinearRoutes();
        var versions = new List<(Fib Fib, LinearRoutes Routes)>();
        IpAddress[] addresses = [.. steps.SelectMany(step => LinearRoutes.Edges(step.Prefix)).Distinct()];

        foreach (RouteStep[] transaction in steps.Chunk(StepsATransaction))
        {
            Apply(store, table, routes, transaction);
            versions.Add((table.Fib, routes.Copy()));
            store.Commit((ulong)versions.Count);
            Assert.That(Listed(store, table), Is.EquivalentTo(routes.NextHops));
        }

        for (int generation = 1; generation <= versions.Count; generation++)
        {
            // Under this generation the newer ones are seen too, the older ones no more.
            store.Reclaim((ulong)generation);
            AssertAgreement(store, versions[generation - 1].Fib, versions[generation - 1].Routes, addresses);
        }
    }

    private static void LeavesNothingBehind(RouteStep[] steps)
    {
        using var store = new RouteStore(10_000);
        var table = new RouteTable(1);
        var routes = new LinearRoutes();

        Apply(store, table, routes, steps);
        store.Commit(1);

        foreach (IpPrefix prefix in routes.NextHops.Keys)
        {
            Assert.That(store.Remove(table, prefix), Is.True);
        }

        store.Commit(2);
        store.Reclaim(2);
        Assert.That((store.BytesUsed, store.LookupBytes, store.Count, table.Count, table.Fib), Is.EqualTo((0, 0, 0, 0, default(Fib))));
    }

    private static void TakesWhatANewStoreTakes(RouteStep[] steps)
    {
        using var store = new RouteStore(10_000);
        using var fresh = new RouteStore(10_000);
        var routes = new LinearRoutes();

        Apply(store, new RouteTable(1), routes, steps);
        store.Commit(1);
        store.Reclaim(1);

        var freshTable = new RouteTable(1);
        Apply(fresh, freshTable, new LinearRoutes(), [.. routes.NextHops.Select(route => new RouteStep(route.Key, route.Value))]);
        Assert.That(store.BytesUsed, Is.EqualTo(fresh.BytesUsed));

        fresh.RemoveTable(freshTable);
        fresh.Commit(1);
        fresh.Reclaim(1);
        Assert.That(fresh.BytesUsed, Is.Zero);
    }

    private static void Apply(RouteStore store, RouteTable table, LinearRoutes routes, RouteStep[] steps)
    {
        foreach ((IpPrefix prefix, int nextHop) in steps)
        {
            if (nextHop > 0)
            {
                store.Set(table, prefix, new RouteEntry { NextHop = nextHop });
                routes.Set(prefix, nextHop);
            }
            else
            {
                Assert.That(store.Remove(table, prefix), Is.EqualTo(routes.Remove(prefix)));
            }
        }
    }

    private static void AssertAgreement(RouteStore store, Fib fib, LinearRoutes routes, IpAddress[] addresses)
    {
        int[] expected = [.. addresses.Select(routes.Lookup)];

        Assert.That(addresses.Select(address => store.Entry(store.Lookup(fib, address)).NextHop), Is.EqualTo(expected));
        Assert.That(LookupBatch(store, fib, addresses).Select(route => store.Entry(route).NextHop), Is.EqualTo(expected));
    }

    private static RouteId[] LookupBatch(RouteStore store, Fib fib, IpAddress[] addresses)
    {
        var found = new RouteId[addresses.Length];
        bool isIpv6 = addresses.Any(address => address.IsIpv6);
        TrieRoot[] roots = [.. Enumerable.Repeat(isIpv6 ? fib.Ipv6 : fib.Ipv4, addresses.Length)];

        if (isIpv6)
        {
            store.Lookup(roots, [.. addresses.Select(address => new Ipv6Key(address.High, address.Low))], found);
        }
        else
        {
            store.Lookup(roots, [.. addresses.Select(address => new Ipv4Key(address.Ipv4))], found);
        }

        return found;
    }

    private static IEnumerable<KeyValuePair<IpPrefix, int>> Listed(RouteStore store, RouteTable table) =>
        store.Routes(table).Select(route => KeyValuePair.Create(store.Key(route).Prefix, store.Entry(route).NextHop));
}
