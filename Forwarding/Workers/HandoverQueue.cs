namespace VRouter.Forwarding;

/// <summary>
/// The sending side of a port whose queues other workers own: packets go to the owner in batches, by index, and it sends them.
/// </summary>
internal sealed class HandoverQueue(PacketRing ring) : IPortQueue
{
    public int Descriptor => -1;

    public int Receive(Span<Packet> batch) => 0;

    public int Send(ReadOnlySpan<Packet> packets) => ring.Put(packets);

    public void Flush()
    {
    }

    public void Dispose()
    {
    }
}
