using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>What rejects tells the sender so: a TCP reset, else that the port is unreachable.</summary>
internal sealed partial class ReferenceRouter
{
    private Outcome Refuse(Arrival arrival, Way way)
    {
        var outcome = Outcome.Dropped(way.Reason);

        if (way.Reason != DropReason.Rejected)
        {
            return outcome;
        }

        if (arrival.Ip.Protocol != IpProtocol.Tcp)
        {
            return Tell(outcome, arrival, way, null, arrival.Ip.IsIpv6 ? (byte)1 : (byte)3, arrival.Ip.IsIpv6 ? (byte)4 : (byte)3, 0);
        }

        return MayBeTold(arrival.Ip) && ResetOf(arrival.Ip) is { } reset ? SendBack(outcome, arrival, null, reset) : outcome;
    }

    /// <summary>RFC 9293 section 3.10.7.1: what a host with no such connection answers; nothing to a reset, nor to a fragment.</summary>
    private static IpPacket? ResetOf(IpPacket ip)
    {
        Segment segment = Segment.Read(ip.Transport);

        if (segment.Rst || ip.Fragment is { Offset: 0, HasMore: true })
        {
            return null;
        }

        byte[] reset = segment.Ack
            ? [.. Octets.Of32(segment.Acknowledgement), .. Octets.Of32(0), 0x50, (byte)TcpFlags.Rst]
            : [.. Octets.Of32(0), .. Octets.Of32(segment.End), 0x50, (byte)(TcpFlags.Rst | TcpFlags.Ack)];
        byte[] tcp = [.. Octets.Of16(ip.DestinationPort), .. Octets.Of16(ip.SourcePort), .. reset, 0, 0, 0, 0, 0, 0];
        tcp = Octets.With(tcp, 16, Octets.Of16(InternetChecksum.Of(InternetChecksum.PseudoHeader(ip.Destination, ip.Source, IpProtocol.Tcp, tcp.Length), tcp)));
        return MadeHere(ip.Destination, ip.Source, IpProtocol.Tcp, 0, tcp);
    }
}
