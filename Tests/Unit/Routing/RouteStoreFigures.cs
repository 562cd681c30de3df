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
    private const int Lookups = 1 << 22;

    [Test]
    public void OfAMillionIpv4Routes() => Measure(RealisticRoutes.Ipv4(1_000_000), random => IpAddress.FromIpv4((uint)random.NextInt64(0x0100_0000, 0xE000_0000)));

    [Test]
    public void OfTwoHundredThousandIpv6Routes()
    {
        IpPrefix[] prefixes = RealisticRoutes.Ipv6(200_000);
        Measure(prefixes, random => prefixes[random.Next(prefixes.Length)].Address with { Low = (ulong)random.NextInt64() });
    }

    private static void Measure(IpPrefix[] prefixes, Func<Random, IpAddress> address)
    {
        using var store = new RouteStore();
        var table = new RouteTable(1);
        var random = new Random(2);
        IpAddress[] addresses = [.. Enumerable.Range(0, Lookups).Select(_ => address(random))];

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
        MeasureLookups(store, table.Fib, addresses);
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

    private static void MeasureLookups(RouteStore store, Fib fib, IpAddress[] addresses)
    {
        bool isIpv6 = addresses[0].IsIpv6;

        for (int run = 0; run < 3; run++)
        {
            long start = Stopwatch.GetTimestamp();
            uint sum = isIpv6 ? SumIpv6(store, fib, addresses) : SumIpv4(store, fib, addresses);
            Say("random lookup, independent", Stopwatch.GetElapsedTime(start).TotalNanoseconds / addresses.Length, $"ns ({sum})");

            start = Stopwatch.GetTimestamp();
            sum = Chain(store, fib, addresses);
            Say("random lookup, each after the one before", Stopwatch.GetElapsedTime(start).TotalNanoseconds / addresses.Length, $"ns ({sum})");
        }
    }

    private static uint SumIpv4(RouteStore store, Fib fib, IpAddress[] addresses)
    {
        uint sum = 0;

        foreach (IpAddress address in addresses)
        {
            sum += store.Lookup(fib, (uint)address.Low).Value;
        }

        return sum;
    }

    private static uint SumIpv6(RouteStore store, Fib fib, IpAddress[] addresses)
    {
        uint sum = 0;

        foreach (IpAddress address in addresses)
        {
            sum += store.Lookup(fib, address.High, address.Low).Value;
        }

        return sum;
    }

    private static uint Chain(RouteStore store, Fib fib, IpAddress[] addresses)
    {
        uint last = 0;

        foreach (IpAddress address in addresses)
        {
            // Adds 0, but the processor does not know.
            last = store.Lookup(fib, address with { Low = address.Low + (last >> 31) }).Value;
        }

        return last;
    }

    private static void MeasureChanges(string what, RouteStore store, RouteTable table, IpPrefix[] prefixes)
    {
        var micros = new List<double>(64 * 1024);
        ulong generation = 2;
        long allocated = 0;

        for (int run = 0; run < 10 && micros.Count < 60_000; run++)
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
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-50} {value,10:F2} {unit}"));
}
