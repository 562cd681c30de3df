using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>One worker's counters: what came, what went and what became of the rest, so that it balances at every batch boundary.</summary>
internal sealed class Books : IDisposable
{
    /// <summary>Vifs there can be: an index is 16 bits.</summary>
    public const int MostVifs = 1 << 16;

    private readonly NativeArray<VifBook> _vifs = new(MostVifs);

    public ref VifBook this[int vif] => ref _vifs[vif];

    /// <summary>Adds this worker's counts of a vif to a sum.</summary>
    public void AddTo(int vif, ref VifBook sum)
    {
        ref VifBook own = ref _vifs[vif];
        sum.RxPackets += own.RxPackets;
        sum.RxBytes += own.RxBytes;
        sum.TxPackets += own.TxPackets;
        sum.TxBytes += own.TxBytes;
        sum.Made += own.Made;
        sum.Consumed += own.Consumed;
        sum.Held += own.Held;

        for (int reason = 0; reason < VifBook.ReasonCounts.Length; reason++)
        {
            sum.Drops[reason] += own.Drops[reason];
        }
    }

    /// <summary>Moves the counts of a vif that is gone to index 0, so that the whole still balances.</summary>
    public void Retire(int vif)
    {
        AddTo(vif, ref _vifs[0]);
        _vifs[vif] = default;
    }

    public void Dispose() => _vifs.Dispose();
}
