using System.Threading.Channels;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What happens to packets, imagined ones and those that come in.</summary>
public sealed partial class DataPlane
{
    /// <summary>Workers that a traced packet may have to be asked of after the first.</summary>
    private const int MostTurns = 3;

    /// <summary>Explained packets that may wait for their reader.</summary>
    private const int MostWaiting = 256;

    /// <summary>What would happen to this frame if it arrived at the vif now. Nothing changes and nothing is sent.</summary>
    /// <exception cref="ArgumentException">There is no such vif, or no room for a frame of this size.</exception>
    public TraceResult Trace(VifId vif, ReadOnlySpan<byte> packet)
    {
        lock (_control)
        {
            ushort ingress = (ushort)RecordOf(vif).Index;
            byte[] bytes = packet.ToArray();
            TraceResult? result = TraceAt(_workers[0], ingress, bytes, null, out Elsewhere? elsewhere);

            return result is null
                ? throw new ArgumentException($"no room for {packet.Length} bytes", nameof(packet))
                : Finish(result, elsewhere, ingress, bytes);
        }
    }

    /// <summary>
    /// Begins to explain packets as they come in. It costs the workers the time of the packets that they explain, and nothing once it is
    /// disposed.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such vif.</exception>
    public PacketTraces FollowTraces(TraceOptions options)
    {
        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);

            foreach (VifId vif in options.Vifs)
            {
                RecordOf(vif);
            }

            var legs = Channel.CreateBounded<TraceLeg>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = _workers.Length == 1 });
            TraceTap[] taps = [.. _workers.Select(worker => new TraceTap(options, FilterOf(options.Vifs, options.Match), new Tracer(this, _tables, worker, _faults), legs.Writer, _faults))];

            foreach (Worker worker in _workers)
            {
                worker.Invoke(() => worker.Captures.Add(taps[worker.Number]));
            }

            return new PacketTraces(this, options, taps, legs.Reader);
        }
    }

    internal void EndTraces(TraceTap[] taps)
    {
        lock (_control)
        {
            foreach (Worker worker in _disposed ? [] : _workers)
            {
                worker.Invoke(() => worker.Captures.Remove(taps[worker.Number]));
            }
        }

        foreach (TraceTap tap in taps)
        {
            tap.Dispose();
        }
    }

    /// <summary>Goes on where the first worker has left off.</summary>
    internal TracedPacket Finish(TraceLeg leg)
    {
        lock (_control)
        {
            return leg.Elsewhere is null || _disposed
                ? leg.Packet
                : leg.Packet with { Trace = Finish(leg.Packet.Trace, leg.Elsewhere, leg.Ingress, leg.Packet.Packet.ToArray()) };
        }
    }

    // A datagram's worker knows its flow's, an address that was translated the worker that did.
    private TraceResult Finish(TraceResult result, Elsewhere? elsewhere, ushort ingress, byte[] bytes)
    {
        for (int turns = 0; elsewhere is not null && turns < MostTurns; turns++)
        {
            result = TraceAt(_workers[elsewhere.Worker], ingress, bytes, elsewhere.Transport, out elsewhere) ?? result;
        }

        return result;
    }

    private TraceResult? TraceAt(Worker worker, ushort ingress, byte[] bytes, Transport? transport, out Elsewhere? elsewhere)
    {
        Tracer tracer = _tracers[worker.Number].Get();
        TraceResult? result = null;
        Elsewhere? next = null;

        try
        {
            worker.Invoke(() => result = tracer.Run(bytes, ingress, transport, out next));
        }
        finally
        {
            _tracers[worker.Number].Return(tracer);
        }

        elsewhere = next;
        return result;
    }
}
