using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;

namespace VRouter.Tests.Unit.Control;

/// <summary>What transactions cost, in time and memory.</summary>
[TestFixture]
[NonParallelizable]
public sealed class FigureTests
{
    private const int RouteChanges = 200;

    [Test]
    public void AllocatesLittleForARouteChange()
    {
        using Node node = Lab.Start();
        node.Apply(Many(vrfs: 64, routes: 100, vifs: 500));
        Transaction[] changes = [.. Enumerable.Range(0, RouteChanges).Select(i => new Transaction { Routes = [Lab.Route(1, "10.7.0.0/16", 10, 100 + (uint)i)] })];
        Array.ForEach(changes, change => node.Plane.Apply(change));
        Transaction[] more = [.. changes.Reverse().Skip(1)];

        long before = GC.GetAllocatedBytesForCurrentThread();
        Array.ForEach(more, change => node.Plane.Apply(change));
        double each = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)more.Length;

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{each:F0} bytes allocated for a route change"));
        Assert.That(each, Is.LessThan(4096));
    }

    [Test]
    public void HoldsThousandsOfVrfsInLittleMemory()
    {
        using var plane = new DataPlane();
        plane.Apply(Lab.Configuration());
        long before = Resident();

        Assert.That(plane.Apply(Many(vrfs: 4096, routes: 10, vifs: 0)).Added, Is.EqualTo(4096 * 11));

        double megabytes = (Resident() - before) / 1e6;
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"4,096 VRFs of ten routes: {megabytes:F1} MB"));
        Assert.That(megabytes, Is.LessThan(32));
    }

    [Test]
    [Long]
    public void ForwardsThroughAMillionRoutesWithinSeconds()
    {
        using Node node = Lab.Start();
        var transaction = new Transaction { Routes = [.. Enumerable.Range(0, 1_000_000).Select(i => Lab.Route(1, $"{20 + (i >> 16)}.{i >> 8 & 255}.{i & 255}.0/24", 10, 99))] };
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));
        node.SentAnywhere();

        // On a busy machine the clock goes on while others work.
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        ApplyResult result = node.Plane.Apply(transaction);
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "30.77.77.7")));
        TimeSpan worked = Environment.CpuUsage.TotalTime - before;
        watch.Stop();

        Assert.That(result.Added, Is.EqualTo(1_000_000));
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Headers.Label, Is.EqualTo(99));
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a million routes to the first packet: {watch.Elapsed.TotalSeconds:F2} s, {worked.TotalSeconds:F2} s of CPU time"));
        Assert.That(worked, Is.LessThan(TimeSpan.FromSeconds(3)));
    }

    private static Transaction Many(int vrfs, int routes, int vifs) => new()
    {
        Vrfs = [.. Enumerable.Range(0, vrfs).Select(i => new Vrf(new VrfId(1000 + (uint)i)))],
        Routes = [.. Enumerable.Range(0, vrfs).SelectMany(vrf => Enumerable.Range(0, routes).Select(i => Lab.Route(1000 + (uint)vrf, $"10.{i}.{vrf & 255}.0/24", 10, 99)))],
        Vifs = [.. Enumerable.Range(0, vifs).Select(i => new Vif(new VifId(1000 + (uint)i), VifKind.Tenant) { Mac = new MacAddress(0x0200_0001_0000 + (ulong)i), Vrf = new VrfId(1), Addresses = [IpPrefix.Host(IpAddress.FromIpv4(0x0A40_0000 + (uint)i))] })],
    };

    /// <summary>What the process holds that no file stands behind, the collector's garbage given back.</summary>
    private static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line["RssAnon:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
