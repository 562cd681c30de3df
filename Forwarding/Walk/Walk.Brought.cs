namespace VRouter.Forwarding;

/// <summary>Packets that the control side brings.</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>Sends a packet out of a vif just as it is.</summary>
    public void SendOut(ref Packet packet, ushort vif)
    {
        packet.Ingress = packet.Egress = vif;
        _books[vif].Made++;
        Emit(ref packet);
        _outboxes.Flush();
    }
}
