using VRouter.Native;

namespace VRouter.Flow;

/// <summary>
/// How many flows there may be, in all and of each vif, over all workers. Each worker takes credits in blocks through a <see cref="FlowLease"/>,
/// so limits hold exactly and a worker finds them reached early by what the others hold unused: a block each.
/// </summary>
/// <remarks>
/// An account is that of a vif's index, and nobody resets it: flows of a vif that went count against the one that takes its index until they
/// are gone as well, and what comes back is what was taken.
/// </remarks>
/// <param name="vifs">Vif indices below this have limits.</param>
public sealed class FlowCredits(int vifs) : IDisposable
{
    // Account 0 is that of all flows: no vif has index 0.
    private readonly NativeArray<long> _taken = new(vifs);

    // 0 = the one that all vifs have.
    private readonly NativeArray<long> _ownLimits = new(vifs);
    private long _limit = long.MaxValue;
    private long _vifLimit = long.MaxValue;

    /// <summary>Vif indices below this have limits.</summary>
    public int Vifs => _taken.Length;

    /// <summary>Sets the limits of all flows and of those of each vif, in directions; 0 for a vif = none. Flows above a lowered limit stay.</summary>
    public void SetLimits(long flows, long flowsAVif)
    {
        Volatile.Write(ref _limit, flows);
        Volatile.Write(ref _vifLimit, flowsAVif == 0 ? long.MaxValue : flowsAVif);
    }

    /// <summary>Sets one vif's own limit, in directions; 0 = that of all vifs.</summary>
    public void SetLimit(ushort vif, long flows) => Volatile.Write(ref _ownLimits[vif], flows);

    /// <summary>Directions that workers have taken credits for, used or not.</summary>
    public long Taken => Volatile.Read(ref _taken[0]);

    /// <summary>Takes up to <paramref name="wanted"/> credits; 0 = the limit is reached.</summary>
    internal int Take(int account, int wanted)
    {
        long limit = Limit(account);
        ref long taken = ref _taken[account];

        while (true)
        {
            long seen = Volatile.Read(ref taken);
            int granted = (int)Math.Clamp(limit - seen, 0, wanted);

            if (granted == 0 || Interlocked.CompareExchange(ref taken, seen + granted, seen) == seen)
            {
                return granted;
            }
        }
    }

    internal void Return(int account, int count)
    {
        ref long taken = ref _taken[account];
        long seen;

        do
        {
            // Never below none: who would return more than was taken lifts no limit.
            seen = Volatile.Read(ref taken);
        }
        while (Interlocked.CompareExchange(ref taken, Math.Max(seen - count, 0), seen) != seen);
    }

    /// <summary>Whether more is taken than there may be now.</summary>
    internal bool IsOver(int account) => Volatile.Read(ref _taken[account]) > Limit(account);

    /// <inheritdoc/>
    public void Dispose()
    {
        _taken.Dispose();
        _ownLimits.Dispose();
    }

    private long Limit(int account)
    {
        if (account == 0)
        {
            return Volatile.Read(ref _limit);
        }

        long own = Volatile.Read(ref _ownLimits[account]);
        return own != 0 ? own : Volatile.Read(ref _vifLimit);
    }
}
