using System.Numerics;

namespace VRouter.Native;

/// <summary>Which processors this process may use, and which one a worker's thread stays on.</summary>
public static unsafe class CpuAffinity
{
    private const int Words = 128;      // 8,192 processors, the most that Linux has (CONFIG_NR_CPUS)

    /// <summary>The processors the current thread may run on (taskset and control groups count), lowest first.</summary>
    /// <exception cref="SystemCallException">The kernel does not tell.</exception>
    public static IReadOnlyList<int> Usable()
    {
        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();

        if (Libc.sched_getaffinity(0, Words * sizeof(ulong), mask) < 0)
        {
            throw SystemCallException.Last("sched_getaffinity");
        }

        List<int> usable = [];

        for (int word = 0; word < Words; word++)
        {
            for (ulong rest = mask[word]; rest != 0; rest &= rest - 1)
            {
                usable.Add(word * 64 + BitOperations.TrailingZeroCount(rest));
            }
        }

        return usable;
    }

    /// <summary>Keeps the current thread on one processor. For threads of one's own only, never one of the pool.</summary>
    /// <exception cref="SystemCallException">There is no such processor, or this process may not use it.</exception>
    public static void PinCurrentThread(int cpu)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu, Words * 64);

        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        mask[cpu / 64] = 1UL << (cpu % 64);

        if (Libc.sched_setaffinity(0, Words * sizeof(ulong), mask) < 0)
        {
            throw SystemCallException.Last($"sched_setaffinity(cpu {cpu})",
                static _ => $"Choose among the processors that this process may use: {string.Join(',', Usable())}.");
        }
    }
}
