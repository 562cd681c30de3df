namespace VRouter.Forwarding;

/// <summary>The vRouter's side of one queue of a <see cref="MemoryPort"/>.</summary>
internal sealed class MemoryPortQueue(PacketRing arriving, PacketRing leaving) : IPortQueue
{
    public int Descriptor => -1;

    public int Receive(Span<Packet> batch) => arriving.Take(batch);

    public int Send(ReadOnlySpan<Packet> packets) => leaving.Put(packets);

    public void Flush()
    {
    }

    public void Dispose()
    {
    }
}
