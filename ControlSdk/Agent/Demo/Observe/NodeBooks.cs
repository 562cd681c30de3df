using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A node's counters over all its interfaces: every packet that came in or was made is somewhere.</summary>
internal sealed class NodeBooks(Counters counters)
{
    public ulong Received => Sum(vif => vif.RxPackets);

    public ulong Dropped => Sum(DroppedFrom);

    public bool AreBalanced => Received + Made == Sent + Consumed + Dropped + Held;

    private ulong Made => Sum(vif => vif.Made);

    private ulong Sent => Sum(vif => vif.TxPackets);

    private ulong Consumed => Sum(vif => vif.Consumed);

    private ulong Held => Sum(vif => vif.Held);

    public override string ToString() =>
        $"{Amount.OfPackets(Received)} received + {Amount.OfPackets(Made)} made = {Amount.OfPackets(Sent)} sent + {Amount.OfPackets(Consumed)} consumed + "
        + $"{Amount.OfPackets(Dropped)} dropped + {Amount.OfPackets(Held)} held: {(AreBalanced ? "the books balance" : "the books are out")}";

    private ulong Sum(Func<InterfaceCounters, ulong> count) => counters.Interfaces.Aggregate(0ul, (sum, vif) => sum + count(vif));

    private static ulong DroppedFrom(InterfaceCounters vif) => vif.Drops.Values.Aggregate(0ul, (sum, count) => sum + count);
}
