using System.Diagnostics;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Io;

/// <summary>Measures forwarders one after the other on the same wires under the same load.</summary>
internal sealed class IoBench(Wires wires, double seconds, CancellationToken stop)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(300);

    /// <summary>Millions of packets a second that the forwarder brings from end to end.</summary>
    public double Measure(IForwarder forwarder)
    {
        WaitFor(wires.IsFree, $"the devices are still in use before {forwarder.Name}");
        using IDisposable running = forwarder.Start();
        long before = wires.ReadArrived();
        WaitFor(() => wires.ReadArrived() > before, $"{forwarder.Name} forwards nothing");
        Sleep(s_settling);

        long first = wires.ReadArrived(), start = Stopwatch.GetTimestamp();
        Sleep(TimeSpan.FromSeconds(seconds));
        long packets = wires.ReadArrived() - first;

        return packets / Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    /// <summary>Measures in turns.</summary>
    public Comparison Compare(string scenario, int flows, IForwarder ours, IForwarder peer, int repeat, Action<double, double> onPair)
    {
        var pairs = new Pairs(scenario, peer.Name, flows);

        for (int i = 0; i < repeat; i++)
        {
            double a = Measure(ours), b = Measure(peer);
            pairs.Add(a, b);
            onPair(a, b);
        }

        return pairs.ToComparison();
    }

    private void WaitFor(Func<bool> isSo, string complaint)
    {
        for (long start = Stopwatch.GetTimestamp(); !isSo(); Sleep(TimeSpan.FromMilliseconds(20)))
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new BenchException(complaint);
            }
        }
    }

    private void Sleep(TimeSpan time)
    {
        stop.WaitHandle.WaitOne(time);
        stop.ThrowIfCancellationRequested();
    }
}
