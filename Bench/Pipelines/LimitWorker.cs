using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Pipelines;

/// <summary>One worker of the limit: prefetches headers, prefetches entries, copies and counts.</summary>
internal sealed class LimitWorker(
    IPortQueue ingress, IPortQueue egress, FrameRegion region, NativeArray<LimitEntry> entries, Scenario scenario, int batchSize)
{
    private readonly Packet[] _batch = new Packet[batchSize];
    private readonly int _ip = scenario.BytesInFront;
    private readonly int _written = scenario.BytesWritten;
    private readonly IpLayout _layout = scenario.Layout;
    private readonly bool _hasFlows = scenario.HasFlows;

    public void Step()
    {
        Span<Packet> batch = _batch.AsSpan(0, ingress.Receive(_batch));

        PrefetchHeaders(batch);
        PrefetchEntries(batch);
        Copy(batch);

        // The ring of the way out holds twice a batch and is emptied every round.
        egress.Send(batch);
        egress.Flush();
        ingress.Flush();
    }

    private void PrefetchHeaders(Span<Packet> batch)
    {
        foreach (ref Packet packet in batch)
        {
            Prefetch.Read(ref InnerIp(in packet));
        }
    }

    private void PrefetchEntries(Span<Packet> batch)
    {
        foreach (ref Packet packet in batch)
        {
            packet.NextHop = Flow(ref InnerIp(in packet)) & (entries.Length - 1);
            ref LimitEntry entry = ref entries[packet.NextHop];
            Prefetch.Read(ref entry.First);

            if (_hasFlows)
            {
                Prefetch.Read(ref entry.Packets);
            }
        }
    }

    private void Copy(Span<Packet> batch)
    {
        int moved = _ip - _written;

        foreach (ref Packet packet in batch)
        {
            ref byte ip = ref InnerIp(in packet);
            ref LimitEntry entry = ref entries[packet.NextHop];
            Unsafe.Add(ref ip, _layout.Ttl)--;
            Unsafe.CopyBlockUnaligned(ref Unsafe.Subtract(ref ip, _written), ref entry.First, (uint)_written);

            if (_hasFlows)
            {
                entry.Packets++;
                entry.Bytes += packet.Length;
            }

            packet.Start = (ushort)(packet.Start + moved);
            packet.HeadLength = (ushort)(packet.HeadLength - moved);
            packet.Length = (uint)(packet.Length - moved);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte InnerIp(in Packet packet) => ref Unsafe.Add(ref region.Start(packet.Frame), packet.Start + _ip);

    private int Flow(ref byte ip) => FlowTurns.FlowOf(ReadWord(ref ip, _layout.Number), ReadWord(ref ip, _layout.Udp));

    private static ushort ReadWord(ref byte ip, int offset) =>
        BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref ip, offset)));
}
