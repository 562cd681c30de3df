using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>An ICMP error belongs to the flow of the packet that it quotes, whoever sends it (semantics, section 4).</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>
    /// Keys an error as an answer to the packet that it is about. It goes to that packet's sender, or it lies; an error about an error is not
    /// forwarded (RFC 1122 section 3.2.2).
    /// </summary>
    private void Relate(ref Packet packet, ref FlowSlot slot, ushort vif)
    {
        bool isIpv6 = (packet.Flags & PacketFlags.Ipv6) != 0;
        int length = Math.Min(packet.L3Length - (packet.L4 - packet.L3), packet.Start + packet.HeadLength - packet.L4);

        if (!IcmpQuote.TryRead(_region.Bytes(packet.Frame, packet.L4, length), isIpv6, out IcmpQuote quote)
            || quote.IsError
            || quote.IsLaterFragment
            || quote.Source != DestinationOf(packet))
        {
            Drop(ref packet, DropReason.UnrelatedError, ObjectKind.None, 0);
            return;
        }

        FlowKey about = FlowKey.Of(vif, packet.Vrf, quote.Source, quote.Destination, quote.Protocol, quote.Ports);
        KeyAs(FlowStage.Related, packet, ref slot, about.Reverse());

        if (TTrace.IsOn)
        {
            _trace.Step("related", $"about a packet from {quote.Source} to {quote.Destination}");
        }
    }
}
