using System.Runtime.CompilerServices;

namespace VRouter.Forwarding;

/// <summary>One worker's counters of one vif; one writer.</summary>
internal struct VifBook
{
    public long RxPackets;
    public long RxBytes;
    public long TxPackets;
    public long TxBytes;
    public long Made;
    public long Consumed;
    public long Held;
    public ReasonCounts Drops;

    /// <summary>A count for every <see cref="DropReason"/>.</summary>
    [InlineArray(Length)]
    public struct ReasonCounts
    {
        public const int Length = 41;

        private long _first;
    }
}
