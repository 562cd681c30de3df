using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using VRouter.Bench;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Routing;

/// <summary>Measures what the README states: <c>dotnet test Tests/Unit -c Release --filter FullyQualifiedName~RouteStoreFigures --logger "console;verbosity=detailed"</c>.</summary>
[Explicit("measures; asserts nothing")]
public sealed class RouteStoreFigures
{
    private const int Lookups = 1 << 20;
    private const int BatchSize = 64;
    private const int SliceSize = 4096;

    [Test]
    public void OfAMillionIpv4Routes()
    {
        using var store = new RouteStore();
        var table = new RouteTable(1);
        var random = new Random(2);
        IpPrefix[] prefixes = RealisticRoutes.Ipv4(1_000_000);
        Ipv4Key[] addresses = [.. Enumerable.Range(0, Lookups).Select(_ => new Ipv4Key((uint)random.NextInt64(0x0100_0000, 0xE000_0000)))];

        MeasureBuild(store, table, prefixes);
        MeasureLookups(addresses, address => store.Lookup(table.Fib, address.Address), table.Fib.Ipv4, store.Lookup);
        MeasureChanges(store, table, prefixes);
    }

    [Test]
    public void OfTwoHundredThousandIpv6Routes()
    {
        using var store = new RouteStore();
        var table = new RouteTable(1);
        var random = new Random(2);
        IpPrefix[] prefixes = RealisticRoutes.Ipv6(200_000);
        Ipv6Key[] addresses = [.. Enumerable.Range(0, Lookups).Select(_ => new Ipv6Key(prefixes[random.Next(prefixes.Length)].Address.High, (ulong)random.NextInt64()))];

        MeasureBuild(store, table, prefixes);
        MeasureLookups(addresses, address => store.Lookup(table.Fib, address.High, address.Low), table.Fib.Ipv6, store.Lookup);
        MeasureChanges(store, table, prefixes);
    }

    private delegate void BatchLookup<TKey>(ReadOnlySpan<TrieRoot> roots, ReadOnlySpan<TKey> addresses, Span<RouteId> routes);

    private static void MeasureBuild(RouteStore store, RouteTable table, IpPrefix[] prefixes)
    {
        for (int run = 0; run < 3; run++)
        {
            store.RemoveTable(table);
            store.Commit(1);
            store.Reclaim(1);
            long start = Stopwatch.GetTimestamp();
            Build(store, table, prefixes);
            Say("build", Stopwatch.GetElapsedTime(start).TotalMilliseconds, "ms");
        }

        Say("lookup structure", store.LookupBytes / 1e6, "MB");
        Say("all native memory", store.BytesUsed / 1e6, "MB");
    }

    private static void MeasureLookups<TKey>(TKey[] addresses, Func<TKey, RouteId> lookup, TrieRoot root, BatchLookup<TKey> lookupBatch)
    {
        var roots = new TrieRoot[BatchSize];
        var routes = new RouteId[BatchSize];
        Array.Fill(roots, root);

        MeasureSlices("random lookups, one by one", addresses, slice =>
        {
            foreach (TKey address in slice)
            {
                lookup(address);
            }
        });

        MeasureSlices($"random lookups in batches of {BatchSize}, entries prefetched", addresses, slice =>
        {
            for (int i = 0; i < slice.Count; i += BatchSize)
            {
                lookupBatch(roots, slice.AsSpan(i, BatchSize), routes);
            }
        });
    }

    // Slices are shorter than what a busy machine gives a thread at a time, so their median is the code's.
    private static void MeasureSlices<TKey>(string what, TKey[] addresses, Action<ArraySegment<TKey>> lookup)
    {
        var nanos = new List<double>();

        for (int i = 0; i < 8 * addresses.Length; i += SliceSize)
        {
            long start = Stopwatch.GetTimestamp();
            lookup(new ArraySegment<TKey>(addresses, i % addresses.Length, SliceSize));
            nanos.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / SliceSize);
        }

        nanos.Sort();
        Say($"{what}: first quarter", nanos[nanos.Count / 4], "ns");
        Say($"{what}: median", nanos[nanos.Count / 2], "ns");
    }

    private static void MeasureChanges(RouteStore store, RouteTable table, IpPrefix[] prefixes)
    {
        MeasureChanges("a route of the mix", store, table, [.. prefixes.Take(20_000)]);
        MeasureChanges("the default route", store, table, [new IpPrefix(prefixes[0].Address, 0).Network]);
        MeasureChanges("a /1", store, table, [new IpPrefix(prefixes[0].Address, 1).Network]);
        MeasureChanges("a /9", store, table, [new IpPrefix(prefixes[0].Address, 9).Network]);
    }

    private static void Build(RouteStore store, RouteTable table, IpPrefix[] prefixes)
    {
        for (int i = 0; i < prefixes.Length; i++)
        {
            store.Set(table, prefixes[i], new RouteEntry { NextHop = i & 0xFF });
        }

        store.Commit(1);
    }

    private static void MeasureChanges(string what, RouteStore store, RouteTable table, IpPrefix[] prefixes)
    {
        var micros = new List<double>(64 * 1024);
        ulong generation = 2;
        long allocated = 0;

        for (int run = 0; run < 50 && micros.Count < 60_000; run++)
        {
            allocated = GC.GetAllocatedBytesForCurrentThread();

            foreach (IpPrefix prefix in prefixes)
            {
                long start = Stopwatch.GetTimestamp();
                store.Set(table, prefix, new RouteEntry { NextHop = run });
                store.Commit(generation);
                micros.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                store.Reclaim(generation++);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        micros.Sort();
        Say($"change of {what}: median", micros[micros.Count / 2], "us");
        Say($"change of {what}: 99 of 100", micros[micros.Count * 99 / 100], "us");
        Say($"change of {what}: worst", micros[^1], "us");
        Say($"change of {what}: allocated", (double)allocated / prefixes.Length, "bytes");
    }

    private static void Say(string what, double value, string unit) =>
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-72} {value,10:F2} {unit}"));
}
