using System.Diagnostics;

namespace VRouter.Forwarding;

/// <summary>
/// One source's share of its worker's time: sources that have packets at the same time get the same time, not the same number of packets. So one
/// that floods the worker with new flows, each a thousand times the work of a known one, waits for itself.
/// </summary>
internal sealed class TimeShare
{
    /// <summary>What a source may spend in a round: some 200 packets of known flows, or ten new flows.</summary>
    private static readonly long s_quantum = Stopwatch.Frequency / 125_000;

    /// <summary>A batch is not smaller than this, whatever its packets cost.</summary>
    private const int SmallestBatch = 4;

    private const int BurstQuanta = 2;

    /// <summary>How much dearer packets may have become from one batch to the next. What is above was time that the thread did not have.</summary>
    private const int MostGrowth = 4;

    private long _credit;
    // At first as if each were a new flow that another one has to give way to.
    private long _costOfPacket = s_quantum / 2;

    /// <summary>Whether there is any left in this round.</summary>
    public bool HasCredit => _credit > 0;

    /// <summary>A round begins. What was not spent is not saved; what was overspent is owed.</summary>
    public void Begin() => _credit = Math.Min(_credit + s_quantum, s_quantum);

    /// <summary>A source that has the worker to itself takes longer, but not so long that one that comes meanwhile loses packets.</summary>
    public int Burst(int most) => (int)Math.Clamp(BurstQuanta * s_quantum / _costOfPacket, SmallestBatch, most);

    /// <summary>The packets that what is left is expected to last for.</summary>
    public int PacketsLeft(int most) => (int)Math.Clamp(_credit / _costOfPacket, SmallestBatch, most);

    /// <summary>
    /// Pays for packets. Setting up flows counts fivefold: when there is not enough time for all, what is established goes before what is new.
    /// </summary>
    public void Spend(long ticks, int packets, long setUps)
    {
        ticks = Math.Min(ticks, MostGrowth * _costOfPacket * packets + s_quantum);
        _credit -= ticks + 4 * ticks * Math.Min(setUps, packets) / packets;
        _costOfPacket = Math.Max(1, _costOfPacket + (ticks / packets - _costOfPacket) / 4);
    }
}
