using System.Runtime.CompilerServices;

namespace VRouter.Forwarding;

/// <summary>One worker's outgoing packets, vif by vif, pushed out at the end of a batch.</summary>
/// <param name="books">Counts what is sent.</param>
/// <param name="drops">Where those go that are not.</param>
/// <param name="captures">Who looks on.</param>
/// <param name="faults">What ports fail with.</param>
/// <param name="batchSize">Packets of a batch.</param>
/// <param name="imagined">Whose ports a walk imagines that sends nothing; null = it has its own.</param>
internal sealed class Outboxes(Books books, DropLog drops, CapturePoint captures, Faults faults, int batchSize, Outboxes? imagined = null)
{
    /// <summary>Packets that are not worth a call of the port.</summary>
    private const int FewPackets = 8;

    private readonly Outbox?[] _outboxes = new Outbox?[Books.MostVifs];
    private readonly int[] _filled = new int[Books.MostVifs];
    private int _filledCount;

    /// <summary>The state that the batch is decided by: it names the vifs.</summary>
    public ForwardingState? State { get; set; }

    /// <summary>Connects a vif with its port's queue, or, with null, with none.</summary>
    public void Connect(int vif, IPortQueue? queue, PortCapabilities capabilities)
    {
        Outbox outbox = _outboxes[vif] ??= new Outbox(vif, 2 * batchSize);
        outbox.Queue = queue;
        outbox.Capabilities = capabilities;
    }

    /// <summary>What the port behind a vif takes as it is; a vif with no port has no say about frames.</summary>
    public PortCapabilities Capabilities(int vif) => _outboxes[vif]?.Capabilities ?? imagined?.Capabilities(vif) ?? PortCapabilities.Chains;

    /// <summary>Puts a packet that is ready to be sent in.</summary>
    public void Add(int vif, in Packet packet)
    {
        Outbox outbox = _outboxes[vif] ??= new Outbox(vif, 2 * batchSize);

        if (outbox.Count == 0)
        {
            _filled[_filledCount++] = vif;
        }
        else if (outbox.IsFull)
        {
            Push(outbox, outbox.Packets);
            outbox.Clear();
        }

        outbox.Add(packet);
    }

    /// <summary>Hands a whole batch, whose bytes are counted, straight to the port, unless others wait for it.</summary>
    public bool TrySend(int vif, ReadOnlySpan<Packet> packets, long bytes)
    {
        if (_outboxes[vif] is not { Count: 0 } outbox)
        {
            return false;
        }

        Push(outbox, packets, bytes);
        return true;
    }

    /// <summary>Puts packets that are ready in: many at once go straight to the port, few wait for more.</summary>
    public void Send(int vif, ReadOnlySpan<Packet> packets)
    {
        if (packets.Length < FewPackets)
        {
            foreach (ref readonly Packet packet in packets)
            {
                Add(vif, packet);
            }

            return;
        }

        Outbox outbox = _outboxes[vif] ??= new Outbox(vif, 2 * batchSize);

        // Those that wait came first.
        if (outbox.Count > 0)
        {
            Push(outbox, outbox.Packets);
            outbox.Clear();
        }

        Push(outbox, packets);
    }

    /// <summary>Hands everything to the ports.</summary>
    public void Flush()
    {
        for (int i = 0; i < _filledCount; i++)
        {
            Outbox outbox = _outboxes[_filled[i]]!;
            Push(outbox, outbox.Packets);
            outbox.Clear();
        }

        _filledCount = 0;
    }

    /// <summary>Sends what another worker has walked: it was held between the two.</summary>
    public void SendHandedOver(int vif, Span<Packet> packets)
    {
        foreach (ref Packet packet in packets)
        {
            books[packet.Ingress].Held--;
            Add(vif, packet);
        }

        Flush();
    }

    /// <summary>Ends what another worker has walked when the port is gone.</summary>
    public void DropHandedOver(PacketRing inbound)
    {
        Packet packet = default;

        while (inbound.Take(new Span<Packet>(ref packet)) == 1)
        {
            books[packet.Ingress].Held--;
            Refuse(packet, DropReason.InterfaceDown, packet.Egress);
        }
    }

    private void Push(Outbox outbox, ReadOnlySpan<Packet> packets)
    {
        if (packets.IsEmpty)
        {
            return;
        }

        long bytes = 0;

        foreach (ref readonly Packet packet in packets)
        {
            bytes += packet.Length;
        }

        Push(outbox, packets, bytes);
    }

    private void Push(Outbox outbox, ReadOnlySpan<Packet> packets, long bytes)
    {
        bool took = captures.IsOn ? TrySendSeen(outbox, packets, out int sent) : TrySend(outbox, packets, out sent);

        foreach (ref readonly Packet refused in packets[sent..])
        {
            bytes -= refused.Length;
            Refuse(refused, took ? DropReason.TransmitQueueFull : DropReason.InterfaceDown, outbox.Vif);
        }

        if (outbox.Queue is HandoverQueue)
        {
            Hold(packets[..sent]);
        }
        else
        {
            ref VifBook book = ref books[outbox.Vif];
            book.TxPackets += sent;
            book.TxBytes += bytes;
        }
    }

    private void Hold(ReadOnlySpan<Packet> packets)
    {
        foreach (ref readonly Packet packet in packets)
        {
            books[packet.Ingress].Held++;
        }
    }

    /// <summary>The same with somebody looking on, who sees a packet once: when its port takes it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TrySendSeen(Outbox outbox, ReadOnlySpan<Packet> packets, out int sent)
    {
        if (outbox.Queue is null or HandoverQueue)
        {
            return TrySend(outbox, packets, out sent);
        }

        captures.Sending(packets, outbox.Vif);
        bool took = TrySend(outbox, packets, out sent);
        captures.Sent(sent);
        return took;
    }

    /// <summary>False: there is no port, or it has failed.</summary>
    private bool TrySend(Outbox outbox, ReadOnlySpan<Packet> packets, out int sent)
    {
        sent = 0;

        if (outbox.Queue is null)
        {
            return false;
        }

        try
        {
            sent = outbox.Queue.Send(packets);
            return true;
        }
        catch (Exception fault)
        {
            faults.Add(fault);
            return false;
        }
    }

    // It is finished by now, so it is noted as it would have left.
    private void Refuse(Packet packet, DropReason reason, int egress)
    {
        packet.Reason = reason;
        drops.End(ref packet, State?.Vifs[egress] is { } vif ? ObjectKey.Of(vif.Vif.Id) : default);
    }
}
