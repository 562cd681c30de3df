using System.Diagnostics;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Io;

/// <summary>Measures forwarders one after the other on the same wires under the same load.</summary>
internal sealed class IoBench(Wires wires, double seconds, CancellationToken stop)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(300);

    private readonly Waiting _wait = new(stop);

    /// <summary>Lets a forwarder forward, and counts what it brings from end to end.</summary>
    public IoWindow Measure(IForwarder forwarder)
    {
        _wait.Until(wires.IsFree, s_patience, $"the devices are still in use before {forwarder.Name}");
        using IDisposable running = forwarder.Start();
        long before = wires.ReadArrived();
        _wait.Until(() => wires.ReadArrived() > before, s_patience, $"{forwarder.Name} forwards nothing");
        long drops = forwarder.ReadDrops();
        _wait.For(s_settling);

        long allocatedBytes = forwarder.AllocatedBytes;
        int collections = GC.CollectionCount(0);
        long packets = wires.ReadArrived(), start = Stopwatch.GetTimestamp();
        _wait.For(TimeSpan.FromSeconds(seconds));
        packets = wires.ReadArrived() - packets;
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocatedBytes = forwarder.AllocatedBytes - allocatedBytes;
        collections = GC.CollectionCount(0) - collections;

        if (packets == 0)
        {
            throw new BenchException($"{forwarder.Name} forwarded nothing for {elapsed:f1} s");
        }

        return new IoWindow(packets, elapsed, allocatedBytes, collections, forwarder.ReadDrops() - drops);
    }
}
