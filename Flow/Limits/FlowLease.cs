using VRouter.Native;

namespace VRouter.Flow;

/// <summary>The credits that one worker holds. Its own thread's; shared memory is touched once a block.</summary>
/// <param name="credits">Where they come from.</param>
/// <param name="block">The most that are held unused of an account, in directions.</param>
public sealed class FlowLease(FlowCredits credits, int block = FlowLease.DefaultBlock) : IDisposable
{
    /// <summary>Blocks are this large unless said otherwise.</summary>
    public const int DefaultBlock = 64;

    private const int All = 0;
    private const int Pair = 2;

    private readonly NativeArray<int> _unused = new(credits.Vifs);

    /// <summary>Takes credits for a flow pair of a vif; index 0 = of none.</summary>
    public FlowAdmission TryTake(ushort vif)
    {
        if (vif != 0 && !TryTakePair(vif))
        {
            return FlowAdmission.VifFull;
        }

        if (TryTakePair(All))
        {
            return FlowAdmission.Granted;
        }

        if (vif != 0)
        {
            ReturnPair(vif);
        }

        return FlowAdmission.TableFull;
    }

    /// <summary>Gives back those of a flow pair that is gone.</summary>
    public void Return(ushort vif)
    {
        ReturnPair(All);

        if (vif != 0)
        {
            ReturnPair(vif);
        }
    }

    /// <summary>Gives back what is unused of a vif that goes: another one may come to have its index.</summary>
    public void ReturnUnused(ushort vif) => ReturnUnused((int)vif, kept: 0);

    /// <summary>Gives back what is unused; what flows still use is theirs who take the flows over.</summary>
    public void Dispose()
    {
        for (int account = 0; account < _unused.Length; account++)
        {
            ReturnUnused(account, kept: 0);
        }

        _unused.Dispose();
    }

    private bool TryTakePair(int account)
    {
        ref int unused = ref _unused[account];

        // A limit holds also for what was taken before it was lowered.
        if (unused > 0 && credits.IsOver(account))
        {
            ReturnUnused(account, kept: 0);
        }

        if (unused < Pair)
        {
            unused += credits.Take(account, Math.Max(block, Pair) - unused);
        }

        bool enough = unused >= Pair;
        unused -= enough ? Pair : 0;
        return enough;
    }

    private void ReturnPair(int account)
    {
        ref int unused = ref _unused[account];
        unused += Pair;

        // Half is kept, so that a flow now going, now coming does not touch shared memory each time. Above a lowered limit nothing is.
        bool isOver = credits.IsOver(account);

        if (isOver || unused > Math.Max(block, Pair))
        {
            ReturnUnused(account, kept: isOver ? 0 : block / 2);
        }
    }

    private void ReturnUnused(int account, int kept)
    {
        ref int unused = ref _unused[account];
        credits.Return(account, unused - kept);
        unused = kept;
    }
}
