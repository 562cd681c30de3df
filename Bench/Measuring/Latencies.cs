using System.Diagnostics;
using System.Numerics;

namespace VRouter.Bench.Measuring;

/// <summary>A histogram of times with buckets of 1.6 % of their value, made once.</summary>
internal sealed class Latencies
{
    private const int Steps = 64;   // a power of two: buckets from one power of two to the next

    private readonly long[] _buckets = new long[Steps * 64];
    private long _count;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_buckets);
        _count = 0;
    }

    /// <summary>Counts one time, in ticks of <see cref="Stopwatch"/>.</summary>
    public void Add(long ticks)
    {
        _buckets[BucketOf((ulong)ticks)]++;
        _count++;
    }

    /// <summary>Nanoseconds that so large a share of all times did not exceed.</summary>
    public long Percentile(double share)
    {
        long wanted = (long)Math.Ceiling(share * _count);
        int bucket = 0;

        for (long seen = _buckets[0]; seen < wanted; seen += _buckets[bucket])
        {
            bucket++;
        }

        return (long)(ValueOf(bucket) * 1e9 / Stopwatch.Frequency);
    }

    private static int BucketOf(ulong value)
    {
        int power = Math.Max(0, BitOperations.Log2(value) - BitOperations.Log2(Steps));
        return power * Steps + (int)(value >> power);
    }

    private static double ValueOf(int bucket)
    {
        int power = Math.Max(0, bucket / Steps - 1);
        return Math.ScaleB(bucket - power * Steps, power);
    }
}
