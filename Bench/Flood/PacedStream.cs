using VRouter.Bench.Measuring;
using VRouter.Bench.Traffic;

namespace VRouter.Bench.Flood;

/// <summary>
/// Packets that come at their own pace, whether there is room for them or not. What comes while the worker is busy is in the ring, or
/// lost, when it looks again.
/// </summary>
internal sealed class PacedStream(Generator generator, int batch, Latencies latencies)
{
    private double _perNanosecond;
    private long _start;
    private long _sample;
    private long _sampleTime;

    /// <summary>As fast as they are taken.</summary>
    public const double Unpaced = double.PositiveInfinity;

    /// <summary>Packets that there was room for.</summary>
    public long Arrived { get; private set; }

    /// <summary>Packets that there was no room for.</summary>
    public long Refused { get; private set; }

    /// <summary>Packets that came out.</summary>
    public long Left { get; private set; }

    /// <summary>Begins anew, with so many millions of packets a second.</summary>
    public void Begin(double mpps, long now)
    {
        (_perNanosecond, _start) = (mpps / 1e3, now);
        (Arrived, Refused, Left, _sample) = (0, 0, 0, 0);
    }

    /// <summary>What has become due meanwhile does not come.</summary>
    public void Skip(long now) => _start = now - (long)((Arrived + Refused) / _perNanosecond);

    /// <summary>Lets a batch arrive, or less where there is no room, whatever is due.</summary>
    public void ArriveUnasked() => Arrived += generator.Deliver(batch);

    /// <summary>Lets arrive what is due.</summary>
    public void Arrive(long now)
    {
        long due = double.IsInfinity(_perNanosecond) ? batch : (long)((now - _start) * _perNanosecond) - Arrived - Refused;

        while (due > 0)
        {
            int taken = generator.Deliver((int)Math.Min(due, batch));

            if (taken == 0)
            {
                break;
            }

            due -= taken;
            Arrived += taken;
        }

        // What is taken as fast as may be is not refused.
        Refused += double.IsInfinity(_perNanosecond) ? 0 : Math.Max(0, due);
        Sample(now);
    }

    /// <summary>Collects what has come out.</summary>
    public void Collect(long now)
    {
        for (int left = batch; left == batch;)
        {
            left = generator.Collect();
            generator.Restore(left);
            Left += left;
        }

        if (_sample != 0 && Left >= _sample)
        {
            latencies.Add(now - _sampleTime);
            _sample = 0;
        }
    }

    // The last one that arrived, one at a time.
    private void Sample(long now)
    {
        if (_sample == 0 && Arrived > Left)
        {
            (_sample, _sampleTime) = (Arrived, now);
        }
    }
}
