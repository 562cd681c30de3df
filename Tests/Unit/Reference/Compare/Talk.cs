using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>
/// Makes the frames of a scenario's packets; what ends have said in TCP counts for what they say next. Each end answers what it has heard last, whatever
/// addresses that has on the way.
/// </summary>
internal sealed class Talk(Conversation[] conversations)
{
    private const int FragmentedPayload = 60;

    // MSS 1460, window scale 3.
    private static readonly byte[] s_synOptions = [2, 4, 5, 180, 1, 3, 3, 3];

    private readonly Dictionary<(int Conversation, bool IsBack), uint> _next = [];
    private readonly Dictionary<(int Conversation, bool IsBack), Conversation> _views = [];

    /// <summary>The frame, and the interface that it comes in on.</summary>
    public (uint Vif, byte[] Frame) FrameOf(PacketStep step)
    {
        Conversation conversation = ViewOf(step);
        Party from = step.IsBack ? conversation.Server : conversation.Client;
        Party to = step.IsBack ? conversation.Client : conversation.Server;
        byte[] packet = step.Error == ErrorKind.None ? PacketOf(conversation, step) : ErrorOf(conversation, step, from);

        return from.Vif switch
        {
            0 => (Site.Fabric, Tunnelled(packet, step.Peer < 0 ? from.Peer ?? Site.PeerOf(from, conversation.IsIpv6) : step.Peer, to, step)),
            Site.Fabric => (Site.Fabric, Walk.Craft.Ethernet(Site.FabricMac, Site.PeerMac, packet)),
            Site.Host => (Site.Host, Ethernet(Site.HostMac, packet)),
            uint vif => (vif, Ethernet(Site.TenantMac(vif), packet)),
        };
    }

    /// <summary>Behind an address that is a service's there is nobody before somebody has been called.</summary>
    public PacketStep TurnOf(PacketStep step) => step with
    {
        IsBack = step.IsBack && (!Site.Services.Contains(conversations[step.Conversation].Server) || (!step.IsAnew && _views.ContainsKey((step.Conversation, true)))),
    };

    /// <summary>The packet of a step was delivered: who has got it answers that.</summary>
    public void Hear(PacketStep step, Sent sent)
    {
        (IpPacket ip, int? peer) = TunnelFrames.Inside(sent.Frame);

        if (step.Error == ErrorKind.None && !ip.IsLaterFragment && ip.Protocol == ViewOf(step).WireProtocol)
        {
            _views[(step.Conversation, !step.IsBack)] = ViewOf(step).As(!step.IsBack, FiveTuple.Of(ip), sent.Vif.Value, sent.Vrf.Value, peer);
        }
    }

    /// <summary>The conversation as who sends the packet of a step sees it.</summary>
    private Conversation ViewOf(PacketStep step) => step.IsAnew
        ? conversations[step.Conversation]
        : _views.GetValueOrDefault((step.Conversation, step.IsBack), conversations[step.Conversation]);

    private static byte[] Ethernet(string source, byte[] packet) => Walk.Craft.Ethernet(Walk.Lab.VirtualMac, source, packet);

    private byte[] PacketOf(Conversation conversation, PacketStep step)
    {
        (IpAddress source, IpAddress destination) = (conversation.Source(step.IsBack), conversation.Destination(step.IsBack));
        byte[] transport = TransportOf(conversation, step, new byte[step.Piece == Piece.Whole ? step.Payload : FragmentedPayload]);
        transport = Packets.Summed(source, destination, conversation.WireProtocol, transport);

        if (step.Piece == Piece.Whole)
        {
            return Packets.Ip(source, destination, conversation.WireProtocol, step.Ttl, transport);
        }

        (int start, int end) = BoundsOf(step.Piece, transport.Length);
        bool hasMore = step.Piece is not (Piece.Last or Piece.Atomic);
        return Packets.Fragment(source, destination, conversation.WireProtocol, step.Ttl, step.Id, start, hasMore, transport[start..end]);
    }

    private static (int Start, int End) BoundsOf(Piece piece, int length) => piece switch
    {
        Piece.First => (0, 24),
        Piece.Middle => (24, 48),
        Piece.Last => (48, length),
        Piece.Overlapping => (16, 40),
        Piece.Impossible => (24, 45),
        Piece.Tiny => (0, 8),
        _ => (0, length),
    };

    private byte[] TransportOf(Conversation conversation, PacketStep step, byte[] payload)
    {
        (ushort from, ushort to) = step.IsBack ? (conversation.ServerPort, conversation.ClientPort) : (conversation.ClientPort, conversation.ServerPort);

        return conversation.Protocol switch
        {
            IpProtocol.Tcp => TcpOf(step, from, to, payload),
            IpProtocol.Udp => Packets.Udp(from, to, payload),
            IpProtocol.Sctp => Packets.Sctp(from, to, payload),
            IpProtocol.Icmp => Packets.Icmp(EchoType(conversation.IsIpv6, step.IsBack), 0, (uint)conversation.ClientPort << 16 | 1, payload),
            _ => payload,
        };
    }

    private static byte EchoType(bool isIpv6, bool isReply) => isIpv6 ? (byte)(isReply ? 129 : 128) : (byte)(isReply ? 0 : 8);

    private byte[] TcpOf(PacketStep step, ushort from, ushort to, byte[] payload)
    {
        const int window = 1000;
        uint sequence = Next(step.Conversation, step.IsBack) + (uint)step.SequenceShift;
        uint acknowledgement = (step.Flags & TcpFlags.Ack) == 0 ? 0 : Next(step.Conversation, !step.IsBack) + (uint)step.AcknowledgementShift;
        uint length = (uint)payload.Length + ((step.Flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0 ? 1u : 0);

        // The fragments of a segment have one number.
        if (step is { SequenceShift: 0, Piece: Piece.Whole })
        {
            _next[(step.Conversation, step.IsBack)] = sequence + length;
        }

        return Packets.Tcp(from, to, sequence, acknowledgement, step.Flags, window, (step.Flags & TcpFlags.Syn) != 0 ? s_synOptions : [], payload);
    }

    private uint Next(int conversation, bool isBack) => _next.GetValueOrDefault((conversation, isBack), isBack ? 900_000u : 1_000u);

    private byte[] ErrorOf(Conversation conversation, PacketStep step, Party from)
    {
        bool isIpv6 = conversation.IsIpv6;
        IpAddress source = step.Error == ErrorKind.FromRouter && from.Vif == 0 ? Site.RouterOf(from).Address(isIpv6) : conversation.Source(step.IsBack);
        IpAddress destination = conversation.Destination(step.IsBack);
        byte protocol = isIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp;
        byte type = isIpv6 ? (byte)1 : (byte)3, code = isIpv6 ? (byte)4 : (byte)3;
        byte[] error = Packets.Icmp(type, code, 0, QuoteOf(conversation, step));

        return Packets.Ip(source, destination, protocol, step.Ttl, Packets.Summed(source, destination, protocol, error));
    }

    /// <summary>The packet of the other direction that the error is about.</summary>
    private byte[] QuoteOf(Conversation conversation, PacketStep step)
    {
        const int transportQuoted = 8;
        int header = conversation.IsIpv6 ? 40 : 20;
        Conversation quoted = step.Error == ErrorKind.Lying ? conversation with { ServerPort = 9, ClientPort = 9 } : conversation;
        byte[] packet = step.Error == ErrorKind.AboutError
            ? Packets.Ip(quoted.Destination(step.IsBack), quoted.Source(step.IsBack), quoted.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp, 64, Packets.Icmp(3, 3, 0, new byte[28]))
            : PacketOf(quoted, step with { IsBack = !step.IsBack, SequenceShift = 1, Payload = transportQuoted });

        return packet[..(header + (step.Error == ErrorKind.Short ? 3 : transportQuoted))];
    }

    private static byte[] Tunnelled(byte[] packet, int number, Party to, PacketStep step)
    {
        string peer = Site.Peers[number];
        uint vrf = to.Vrf ?? (Site.VrfOf(to.Vif) is 0 ? 1 : Site.VrfOf(to.Vif));
        string endpoint = Site.Endpoint(peer.Contains(':', StringComparison.Ordinal));
        byte[] outer = step.Entry switch
        {
            Entry.Vni => Walk.Craft.Tunnelled(EncapsulationKind.Vxlan, peer, endpoint, Site.Vni(vrf), packet),
            Entry.OtherVni => Walk.Craft.Tunnelled(EncapsulationKind.Vxlan, peer, endpoint, Site.Vni(3 - vrf), packet),
            Entry.VrfLabel => Walk.Craft.Tunnelled(EncapsulationKind.MplsOverUdp, peer, endpoint, Site.VrfLabel(vrf), packet),
            _ => Walk.Craft.Tunnelled(EncapsulationKind.MplsOverGre, peer, endpoint, Site.VifLabel(to.Vif is 0 or Site.Host or Site.Fabric ? step.Member : to.Vif), packet),
        };

        return Walk.Craft.Ethernet(Site.FabricMac, Site.PeerMac, outer);
    }
}
