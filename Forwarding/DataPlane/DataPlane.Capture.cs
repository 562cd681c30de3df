namespace VRouter.Forwarding;

/// <summary>Looking at packets as they pass.</summary>
public sealed partial class DataPlane
{
    /// <summary>Begins a capture. It costs the workers what copying the packets costs, and nothing once it is disposed.</summary>
    /// <exception cref="ArgumentException">There is no such vif, or the buffer's size is no power of two.</exception>
    public PacketCapture Capture(CaptureOptions options)
    {
        if (!int.IsPow2(options.BufferBytes))
        {
            throw new ArgumentException($"{options.BufferBytes} bytes are not a power of two", nameof(options));
        }

        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            foreach (VifId vif in options.Vifs)
            {
                RecordOf(vif);
            }

            CaptureTap[] taps = [.. _workers.Select(_ => new CaptureTap(options, FilterOf(options.Vifs, options.Match)))];
            ForEachWorker(taps, (worker, tap) => worker.Captures.Add(tap));
            return new PacketCapture(this, options, taps);
        }
    }

    internal void EndCapture(CaptureTap[] taps)
    {
        lock (_control)
        {
            if (!_disposed)
            {
                ForEachWorker(taps, (worker, tap) => worker.Captures.Remove(tap));
            }
        }
    }

    /// <summary>A time stamp of the clock as people know it.</summary>
    internal DateTimeOffset TimeAt(long timestamp) => TimeOf(0) + Options.Clock.GetElapsedTime(_startTimestamp, timestamp);

    internal string NameOf(VifId vif)
    {
        lock (_control)
        {
            return _tables.Configuration.Vifs.GetValueOrDefault(vif)?.Spec.Name ?? "";
        }
    }

    private PacketFilter FilterOf(IReadOnlyList<VifId> vifs, FlowFilter? match) =>
        new(vifs, match is null ? null : new CaptureMatch(match, _tables.Editor.Slots.Slots));

    private void ForEachWorker(CaptureTap[] taps, Action<Worker, CaptureTap> action)
    {
        foreach (Worker worker in _workers)
        {
            worker.Invoke(() => action(worker, taps[worker.Number]));
        }
    }
}
