using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>So many a second for each vif, over all workers: counted in windows of one second.</summary>
internal sealed class RateLimit(int perSecond) : IDisposable
{
    // The second in the upper half, the count in the lower.
    private readonly NativeArray<long> _windows = new(Books.MostVifs);

    /// <summary>Whether one more may be had now.</summary>
    public bool TryTake(int vif, long milliseconds)
    {
        ref long window = ref _windows[vif];
        long second = (milliseconds / 1000 & 0x3FFF_FFFF) << 32;

        while (true)
        {
            long seen = Volatile.Read(ref window);
            long next = seen >> 32 == second >> 32 ? seen + 1 : second + 1;

            if ((int)next > perSecond)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref window, next, seen) == seen)
            {
                return true;
            }
        }
    }

    public void Dispose() => _windows.Dispose();
}
