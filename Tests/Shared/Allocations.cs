namespace VRouter.Tests;

/// <summary>What work allocates on the thread that does it.</summary>
/// <remarks>
/// The fewest bytes of several times count: the runtime takes some for itself now and then, when it compiles anew what runs often. What
/// the work itself takes, it takes every time.
/// </remarks>
internal static class Allocations
{
    private const int Times = 20;

    /// <summary>Bytes that the work allocates.</summary>
    public static long Of(Action work) => Fewest(() => Once(work));

    /// <summary>Bytes that the work says it has allocated, where not all it does is to count: see <see cref="Once"/>.</summary>
    public static long Fewest(Func<long> work)
    {
        long fewest = long.MaxValue;

        for (int time = 0; time < Times && fewest > 0; time++)
        {
            fewest = Math.Min(fewest, work());
        }

        return fewest;
    }

    /// <summary>Bytes allocated while the work was done this once, the runtime's own among them.</summary>
    public static long Once(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
