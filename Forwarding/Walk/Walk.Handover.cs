using System.Runtime.CompilerServices;

using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Packets of flows that other workers have go to them as they came, by index, and walk there from the start: meanwhile the state may have
/// changed. On the way they count as held.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    private readonly Handovers? _handovers;

    // Another worker has handed over what walks now.
    private bool _isHandedOver;

    /// <summary>Where a packet goes on whose walk only tells; null = it ended here.</summary>
    public Elsewhere? Elsewhere { get; set; }

    /// <summary>Packets handed to other workers so far.</summary>
    public long HandedOff { get; private set; }

    /// <summary>Hands a packet to the worker that has its flow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void HandOver(ref Packet packet, ref FlowSlot slot, int owner)
    {
        if (TTrace.IsOn)
        {
            Elsewhere = new Elsewhere(owner, slot.HasKey ? new Transport(slot.Key.Protocol, slot.Key.Ports) : null);
            packet.Fate = Fate.Consumed;
            _frames.ReturnChain(packet.Frame);
            return;
        }

        KeepTransport(ref packet, new Transport(slot.Key.Protocol, slot.Key.Ports));
        packet.ObjectKind = ObjectKind.None;
        packet.ObjectId = 0;
        packet.Fate = Fate.Held;
        _books[packet.Ingress].Held++;

        // In turn with others of its flow: fragments alone bring what else is known of them.
        bool bringsPorts = slot.HasKey && (packet.Flags & PacketFlags.Fragment) != 0;

        if (_handovers!.TryAdd(owner, bringsPorts, _isCounted, packet))
        {
            HandedOff++;
        }
        else
        {
            DropHeld(ref packet, DropReason.WorkerQueueFull);
        }
    }

    private void FlushHandovers()
    {
        _handovers?.Flush();
    }

    /// <summary>Walks a packet that another worker has handed over while it told of it.</summary>
    public void RunHandedOver(ref Packet packet, ushort ingress, Transport transport)
    {
        packet.Ingress = ingress;
        KeepTransport(ref packet, transport);
        RunHandedOver(new Span<Packet>(ref packet), portsAreKnown: true, isCounted: false);
    }

    /// <summary>Walks packets that another worker has received, or had from a third one.</summary>
    public void RunHandedOver(Span<Packet> batch, bool portsAreKnown, bool isCounted)
    {
        foreach (ref Packet packet in batch)
        {
            _books[packet.Ingress].Held--;
            Reset(ref packet);
        }

        (_portsAreKnown, _isCounted, _isHandedOver) = (portsAreKnown, isCounted, true);
        _isSending = false;

        for (int start = 0; start < batch.Length;)
        {
            int end = start + 1;

            while (end < batch.Length && batch[end].Ingress == batch[start].Ingress)
            {
                end++;
            }

            Walkthrough(batch[start..end], batch[start].Ingress);
            start = end;
        }

        (_portsAreKnown, _isCounted, _isHandedOver) = (false, false, false);
        ResumeAll();
    }
}
