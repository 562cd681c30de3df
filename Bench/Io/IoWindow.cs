namespace VRouter.Bench.Io;

/// <summary>What a forwarder did in a measured time.</summary>
internal readonly record struct IoWindow(long Packets, double Seconds, long AllocatedBytes, int Collections, long Drops)
{
    /// <summary>Millions of packets a second.</summary>
    public double Mpps => Packets / Seconds / 1e6;
}
