using VRouter.Native;

namespace VRouter.Flow;

/// <summary>
/// How many flows there may be, in all and of each vif, over all workers. Each worker takes credits in blocks through a <see cref="FlowLease"/>,
/// so limits hold exactly and a worker finds them reached early by what the others hold unused: a block each.
/// </summary>
/// <param name="vifs">Vif indices below this have limits.</param>
public sealed class FlowCredits(int vifs) : IDisposable
{
    // Account 0 is that of all flows: no vif has index 0.
    private readonly NativeArray<long> _taken = new(vifs);
    private long _limit = long.MaxValue;
    private long _vifLimit = long.MaxValue;

    /// <summary>Vif indices below this have limits.</summary>
    public int Vifs => _taken.Length;

    /// <summary>Sets the limits, in directions; 0 for a vif = none of its own. Flows above a lowered limit stay.</summary>
    public void SetLimits(long flows, long flowsAVif)
    {
        Volatile.Write(ref _limit, flows);
        Volatile.Write(ref _vifLimit, flowsAVif == 0 ? long.MaxValue : flowsAVif);
    }

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

    internal void Return(int account, int count) => Interlocked.Add(ref _taken[account], -count);

    /// <summary>Whether more is taken than there may be now.</summary>
    internal bool IsOver(int account) => Volatile.Read(ref _taken[account]) > Limit(account);

    /// <inheritdoc/>
    public void Dispose() => _taken.Dispose();

    private long Limit(int account) => account == 0 ? Volatile.Read(ref _limit) : Volatile.Read(ref _vifLimit);
}
