using System.Diagnostics;
using VRouter.Bench.Pipelines;
using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Native;

namespace VRouter.Bench.Measuring;

/// <summary>One worker under measurement, with its generator, on the thread that calls.</summary>
internal sealed class Lane(Scenario scenario, Plan plan, IPipeline pipeline, int worker)
{
    private const int RoundsBetweenClocks = 32;

    private readonly Generator _generator = new(scenario, plan, pipeline, worker);

    /// <summary>Sends every packet through once; false when one does not leave as it should, or is not restored.</summary>
    public bool TryTurn()
    {
        int missing = _generator.Waiting;

        for (int idle = 0; missing > 0 && idle < 2;)
        {
            _generator.Deliver(plan.Batch);
            pipeline.Step(worker);
            int left = _generator.Collect();

            if (!_generator.LeftAs(scenario, left))
            {
                return false;
            }

            _generator.Restore(left);
            missing -= left;
            idle = left == 0 ? idle + 1 : 0;
        }

        return missing <= 0 && _generator.IsAsWritten(scenario);
    }

    /// <summary>Forwards for so long.</summary>
    public WorkerWindow Run(double seconds, PerfCounter? counter)
    {
        long length = (long)(seconds * Stopwatch.Frequency);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long cycles = counter?.Read() ?? 0;
        long start = Stopwatch.GetTimestamp();
        long packets = 0, now;

        do
        {
            packets += RunRounds();
            now = Stopwatch.GetTimestamp();
        }
        while (now - start < length);

        cycles = (counter?.Read() ?? 0) - cycles;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        return new WorkerWindow(packets, (now - start) / (double)Stopwatch.Frequency, allocated, counter is null ? null : cycles);
    }

    /// <summary>Sends single packets through, from arrival to collection, and counts how long each took.</summary>
    public void TimeSinglePackets(int count, Latencies latencies)
    {
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _generator.Deliver(1);
            pipeline.Step(worker);
            int left = _generator.Collect();
            latencies.Add(Stopwatch.GetTimestamp() - start);
            _generator.Restore(left);
        }
    }

    private long RunRounds()
    {
        long packets = 0;

        for (int i = 0; i < RoundsBetweenClocks; i++)
        {
            packets += _generator.Round();
        }

        return packets;
    }
}
