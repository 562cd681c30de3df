using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// Explains packets to somebody who looks on at one worker: each one by walking it in the mind just before the worker walks it. The
/// worker's alone; it allocates, and takes time, for as many packets a second as it may explain.
/// </summary>
internal sealed class TraceTap(TraceOptions options, PacketFilter filter, Tracer tracer, ChannelWriter<TraceLeg> legs, Faults faults) : IDisposable
{
    private long _second;
    private int _explained;
    private long _lost;

    /// <summary>Explains what is wanted of a batch that was received at a vif.</summary>
    public void Note(ReadOnlySpan<Packet> batch, ForwardingState state, ushort index, FrameRegion region, DateTimeOffset time)
    {
        VifState? vif = state.Vifs[index];
        VifId id = vif?.Vif.Id ?? default;

        if (!filter.Wants(id))
        {
            return;
        }

        foreach (ref readonly Packet packet in batch)
        {
            int inHead = Math.Min(packet.HeadLength, (int)packet.Length);

            if (filter.Wants(region.Bytes(packet.Frame, packet.Start, inHead), state, vif, CaptureMatch.Unknown))
            {
                Explain(PacketBytes.ToArray(region, packet), id, index, time);
            }
        }
    }

    public void Dispose() => tracer.Dispose();

    private void Explain(byte[] bytes, VifId vif, ushort index, DateTimeOffset time)
    {
        bool isTold = HasRoom(time) && TryRun(bytes, index, out TraceResult? result, out Elsewhere? elsewhere)
            && legs.TryWrite(new TraceLeg(new TracedPacket(time, vif, bytes, result, _lost), index, elsewhere));

        _lost = isTold ? 0 : _lost + 1;
    }

    // What goes wrong here must not cost the packets themselves.
    private bool TryRun(byte[] bytes, ushort index, [NotNullWhen(true)] out TraceResult? result, out Elsewhere? elsewhere)
    {
        try
        {
            result = tracer.Run(bytes, index, null, out elsewhere);
        }
        catch (Exception fault)
        {
            faults.Add(fault);
            (result, elsewhere) = (null, null);
        }

        return result is not null;
    }

    private bool HasRoom(DateTimeOffset time)
    {
        long second = time.ToUnixTimeSeconds();
        (_second, _explained) = second == _second ? (second, _explained + 1) : (second, 1);
        return _explained <= options.MostPerSecond;
    }
}
