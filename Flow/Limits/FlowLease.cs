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

    /// <summary>Gives back what is unused; what flows still use is theirs who take the flows over.</summary>
    public void Dispose()
    {
        for (int account = 0; account < _unused.Length; account++)
        {
            credits.Return(account, _unused[account]);
        }

        _unused.Dispose();
    }

    private bool TryTakePair(int account)
    {
        ref int unused = ref _unused[account];

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
            int kept = isOver ? 0 : block / 2;
            credits.Return(account, unused - kept);
            unused = kept;
        }
    }
}
