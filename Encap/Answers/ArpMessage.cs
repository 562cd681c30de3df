namespace VRouter.Encap;

/// <summary>Makes ARP messages, RFC 826. The Ethernet header in front is the caller's (<see cref="EthernetTemplate"/>).</summary>
public static class ArpMessage
{
    /// <summary>Writes "who has <paramref name="target"/>? tell <paramref name="sender"/>" and returns its length.</summary>
    public static int WriteRequest(Span<byte> room, MacAddress senderMac, uint sender, uint target) =>
        Write(room, ArpHeader.Request, senderMac, sender, default, target);

    /// <summary>Writes "<paramref name="sender"/> is at <paramref name="senderMac"/>" and returns its length.</summary>
    public static int WriteReply(Span<byte> room, MacAddress senderMac, uint sender, MacAddress targetMac, uint target) =>
        Write(room, ArpHeader.Reply, senderMac, sender, targetMac, target);

    private static int Write(Span<byte> room, ushort operation, MacAddress senderMac, uint sender, MacAddress targetMac, uint target)
    {
        Headers.At<ArpHeader>(ref room[..ArpHeader.Size][0], 0) = new ArpHeader(operation)
        {
            SenderMac = senderMac,
            SenderAddress = sender,
            TargetMac = targetMac,
            TargetAddress = target,
        };

        return ArpHeader.Size;
    }
}
