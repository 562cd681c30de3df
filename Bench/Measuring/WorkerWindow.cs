namespace VRouter.Bench.Measuring;

/// <summary>What one worker did in a measured time.</summary>
internal readonly record struct WorkerWindow(long Packets, double Seconds, long AllocatedBytes, long? Cycles);
