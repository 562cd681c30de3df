using System.Diagnostics;

namespace VRouter.Bench.Measuring;

/// <summary>What this process has of the machine's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>Bytes that are its own, when nothing is left for the collector.</summary>
    public static long Resident()
    {
        // Aggressive: what is free goes back to the kernel.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Now();
    }

    /// <summary>Bytes at the moment.</summary>
    public static long Now()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
