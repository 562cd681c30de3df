using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using VRouter.Bench;

namespace VRouter.Tests.Unit.Policy;

/// <summary>Measures what the README states: <c>dotnet test Tests/Unit -c Release --filter FullyQualifiedName~PolicyFigures --logger "console;verbosity=detailed"</c>.</summary>
[Explicit("measures; asserts nothing")]
public sealed class PolicyFigures
{
    private const int Runs = 100;

    [Test]
    public void OfAGroup([Values] PolicyKind kind, [Values(10, 1000, 10_000, 50_000)] int rules)
    {
        var site = PolicySite.Of(kind, rules);
        int allowed = WarmUp(site);

        double decide = FirstQuarter(Runs, () => site.DecideAll()).TotalNanoseconds / PolicySite.Packets;
        double compile = FirstQuarter(5, () => PolicySite.Compile(site.Group)).TotalMilliseconds;
        long before = GC.GetAllocatedBytesForCurrentThread();
        PolicySite.Compile(site.Group);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind,-12} {rules,6} rules: {decide,6:F1} ns a decision ({100.0 * allowed / PolicySite.Packets:F0} % allowed), compiled in {compile,7:F2} ms to {site.Policy.Bytes / 1024.0,6:F0} KB, allocating {allocated / 1024.0,7:F0} KB"));
    }

    // Until the compiler has done its best.
    private static int WarmUp(PolicySite site)
    {
        long start = Stopwatch.GetTimestamp();
        int allowed = 0;

        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(0.5))
        {
            allowed = site.DecideAll();
        }

        return allowed;
    }

    // A run is shorter than what a busy machine gives a thread at a time, so the faster ones are the code's.
    private static TimeSpan FirstQuarter(int runs, Action action)
    {
        var times = new List<TimeSpan>();

        for (int run = 0; run < runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        times.Sort();
        return times[runs / 4];
    }
}
