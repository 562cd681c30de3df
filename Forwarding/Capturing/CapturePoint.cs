using System.Runtime.CompilerServices;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// Where the packets of one worker pass the captures and traces that are on. While none is, a batch costs a comparison at either end, and a
/// drop one more. The worker's alone; captures come and go between batches.
/// </summary>
internal sealed class CapturePoint(DataPlane plane)
{
    private readonly FrameRegion _region = plane.Frames.Region;
    private readonly TimeProvider _clock = plane.Options.Clock;
    private CaptureTap[] _taps = [];
    private TraceTap[] _traces = [];

    /// <summary>Whether anyone looks on.</summary>
    public bool IsOn { get; private set; }

    public void Add(CaptureTap tap) => Set([.. _taps, tap], _traces);

    public void Remove(CaptureTap tap) => Set([.. _taps.Where(other => other != tap)], _traces);

    public void Add(TraceTap tap) => Set(_taps, [.. _traces, tap]);

    public void Remove(TraceTap tap) => Set(_taps, [.. _traces.Where(other => other != tap)]);

    /// <summary>Notes what was received at a vif.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Received(ReadOnlySpan<Packet> batch, ushort vif)
    {
        Note(batch, vif, PacketPlace.Received);

        foreach (TraceTap tap in _traces)
        {
            tap.Note(batch, plane.State, vif, _region, plane.TimeAt(_clock.GetTimestamp()));
        }
    }

    /// <summary>Notes what is about to go to the port of a vif, which keeps the bytes.</summary>
    public void Sending(ReadOnlySpan<Packet> batch, int vif) => Note(batch, vif, PacketPlace.Sent);

    /// <summary>The port has taken so many of them.</summary>
    public void Sent(int count)
    {
        foreach (CaptureTap tap in _taps)
        {
            tap.Ring.TakeBack(count);
            tap.Ring.Publish();
        }
    }

    /// <summary>Notes a drop.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Dropped(in Packet packet, ObjectKey key, RuleNumber rule)
    {
        ForwardingState state = plane.State;
        VifState? vif = state.Vifs[packet.Ingress];

        var record = new CaptureRecord
        {
            Time = _clock.GetTimestamp(),
            Vif = vif?.Vif.Id.Value ?? 0,
            Place = PacketPlace.Dropped,
            Reason = packet.Reason,
            Object = key,
            Rule = rule,
        };

        foreach (CaptureTap tap in _taps)
        {
            if (tap.Filter.Wants(new VifId(record.Vif)) && TryNote(tap, packet, record, state, vif, CaptureMatch.Unknown))
            {
                tap.Ring.Publish();
            }
        }
    }

    private void Set(CaptureTap[] taps, TraceTap[] traces)
    {
        (_taps, _traces) = (taps, traces);
        IsOn = taps.Length + traces.Length > 0;
    }

    private void Note(ReadOnlySpan<Packet> batch, int index, PacketPlace place)
    {
        ForwardingState state = plane.State;
        VifState? vif = state.Vifs[index];
        var record = new CaptureRecord { Time = _clock.GetTimestamp(), Vif = vif?.Vif.Id.Value ?? 0, Place = place };

        foreach (CaptureTap tap in _taps)
        {
            if (tap.WantsAll && tap.Filter.Wants(new VifId(record.Vif)))
            {
                Note(tap, batch, record, state, vif);
            }
        }
    }

    private void Note(CaptureTap tap, ReadOnlySpan<Packet> batch, CaptureRecord record, ForwardingState state, VifState? vif)
    {
        bool isSent = record.Place == PacketPlace.Sent;

        for (int i = 0; i < batch.Length; i++)
        {
            record.Position = (ushort)i;
            TryNote(tap, batch[i], record, state, vif, isSent ? batch[i].Vrf : CaptureMatch.Unknown);
        }

        // What is about to be sent is not sent yet.
        if (!isSent)
        {
            tap.Ring.Publish();
        }
    }

    private bool TryNote(CaptureTap tap, in Packet packet, CaptureRecord record, ForwardingState state, VifState? vif, int innerVrf)
    {
        int inHead = Math.Min(packet.HeadLength, (int)packet.Length);

        if (!tap.Filter.Wants(_region.Bytes(packet.Frame, packet.Start, inHead), state, vif, innerVrf))
        {
            return false;
        }

        record.Length = (int)packet.Length;
        record.Captured = tap.Cut(packet.Length);
        bool fits = tap.Ring.TryAdd(record, out Span<byte> room);

        if (fits)
        {
            PacketBytes.CopyTo(_region, packet, room);
        }

        return fits;
    }
}
