namespace VRouter.Forwarding;

/// <summary>What one worker has for one vif, until the batch is done.</summary>
internal sealed class Outbox(int vif, int capacity)
{
    private readonly Packet[] _packets = GC.AllocateArray<Packet>(capacity, pinned: true);

    /// <summary>The vif.</summary>
    public int Vif => vif;

    /// <summary>The port's queue that this worker sends to; null = the vif has no port.</summary>
    public IPortQueue? Queue { get; set; }

    /// <summary>What that port takes as it is.</summary>
    public PortCapabilities Capabilities { get; set; }

    public int Count { get; private set; }

    public bool IsFull => Count == _packets.Length;

    public ReadOnlySpan<Packet> Packets => _packets.AsSpan(0, Count);

    /// <summary>Adds a packet; there must be room.</summary>
    public void Add(in Packet packet) => _packets[Count++] = packet;

    public void Clear() => Count = 0;
}
