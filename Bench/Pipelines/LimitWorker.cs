using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Pipelines;

/// <summary>One worker of the limit: prefetches headers, prefetches entries, copies.</summary>
internal sealed class LimitWorker(
    IPortQueue ingress, IPortQueue egress, FrameRegion region, NativeArray<LimitEntry> entries, Scenario scenario, int batchSize)
{
    private const int DestinationOffset = 16;
    private const int TtlOffset = 8;

    private readonly Packet[] _batch = new Packet[batchSize];
    private readonly int _ip = scenario.BytesInFront;
    private readonly int _written = scenario.BytesWritten;

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
            packet.NextHop = (int)Destination(ref InnerIp(in packet)) & (entries.Length - 1);
            Prefetch.Read(ref entries[packet.NextHop]);
        }
    }

    private void Copy(Span<Packet> batch)
    {
        int moved = _ip - _written;

        foreach (ref Packet packet in batch)
        {
            ref byte ip = ref InnerIp(in packet);
            Unsafe.Add(ref ip, TtlOffset)--;
            Unsafe.CopyBlockUnaligned(ref Unsafe.Subtract(ref ip, _written), ref entries[packet.NextHop].First, (uint)_written);

            packet.Start = (ushort)(packet.Start + moved);
            packet.HeadLength = (ushort)(packet.HeadLength - moved);
            packet.Length = (uint)(packet.Length - moved);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte InnerIp(in Packet packet) => ref Unsafe.Add(ref region.Start(packet.Frame), packet.Start + _ip);

    private static uint Destination(ref byte ip) =>
        BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref ip, DestinationOffset)));
}
