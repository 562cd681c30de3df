namespace VRouter.Forwarding;

/// <summary>A port's queue that a worker serves.</summary>
/// <param name="Vif">The index of its vif.</param>
/// <param name="Queue">The queue.</param>
/// <param name="PollSlot">Its place in the worker's poller; -1 = it has to be asked.</param>
/// <param name="Inbound">Packets that other workers have for it; null = none do.</param>
internal sealed record QueueBinding(ushort Vif, IPortQueue Queue, int PollSlot, PacketRing? Inbound)
{
    /// <summary>Whether the worker receives from it; else it only takes part in sending.</summary>
    public bool Receives { get; } = Queue is not HandoverQueue && Inbound is null;

    /// <summary>Its share of the worker's time.</summary>
    public TimeShare Share { get; } = new();
}
