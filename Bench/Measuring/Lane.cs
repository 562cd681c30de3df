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

    // A source that has had more than its share waits for its turn.
    private const int MostIdleRounds = 1000;

    private readonly Generator _generator = new(scenario, plan, pipeline, worker);

    /// <summary>Packets after which each flow of this lane has sent all that it sends.</summary>
    public int PacketsOfAllFlows => _generator.PacketsOfAllFlows;

    /// <summary>Whether all packets that wait here are what they were at first.</summary>
    public bool IsAsWritten => _generator.IsAsWritten();

    /// <summary>Lets up to so many packets arrive; says how many did.</summary>
    public int Deliver(int count) => _generator.Deliver(count);

    /// <summary>A round of the worker; how many packets left, or -1 when one is not as it should be.</summary>
    public int StepAndCheck()
    {
        int left = Forward();
        bool isRight = _generator.HaveLeftRight(left);
        _generator.Restore(left);
        return isRight ? left : -1;
    }

    /// <summary>A round of the worker; how many packets left.</summary>
    public int Step()
    {
        int left = Forward();
        _generator.Restore(left);
        return left;
    }

    /// <summary>Lets what is under way leave; for a lane that has a pipeline to itself.</summary>
    public void Settle()
    {
        for (int idle = 0; !_generator.IsAtRest && idle < MostIdleRounds;)
        {
            idle = Step() > 0 ? 0 : idle + 1;
        }
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

    private int Forward()
    {
        pipeline.Step(worker);
        return _generator.Collect();
    }

    private long RunRounds()
    {
        long packets = 0;

        for (int i = 0; i < RoundsBetweenClocks; i++)
        {
            _generator.Deliver();
            packets += Step();
        }

        return packets;
    }
}
