using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Packets that do not fit their way out, and packets in more than one frame (semantics, section 3).</summary>
internal sealed partial class Walk<TTrace>
{
    // Of 65,535 bytes in pieces of the smallest MTU less the longest outer headers there are no more.
    private readonly uint[] _pieces = new uint[160];
    private readonly byte[] _scratch = new byte[ushort.MaxValue + FrameRegion.FrameSize];

    /// <summary>Whether a packet that is too big is cut inside; else it is dropped and its sender told what fits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool MayBeCut(ref Packet packet, int room)
    {
        if ((packet.Flags & PacketFlags.Ipv6) == 0 && !At<Ipv4Header>(packet, packet.L3).IsDontFragment)
        {
            return true;
        }

        Drop(ref packet, DropReason.PacketTooBig, ObjectKind.Vif, _state.Vifs[packet.Egress]?.Vif.Id.Value ?? 0);
        SendAbout(packet, Complaint.PacketTooBig, room);
        return false;
    }

    /// <summary>The largest L3 packet that fits the way out. What lies in several frames must fit one where the port takes no chains.</summary>
    private int RoomOf(in Packet packet, in NextHopState nextHop)
    {
        int room = nextHop.Kind == NextHopKind.Host ? _state.Vifs[_state.Host]!.Mtu : nextHop.Room;
        return packet.HeadLength == packet.Length || TakesChains(packet.Egress) ? room : Math.Min(room, FrameRegion.FrameSize - packet.L3);
    }

    private bool TakesChains(int vif) => (_outboxes.Capabilities(vif) & PortCapabilities.Chains) != 0;

    private void DropExpired(ref Packet packet)
    {
        RouteId route = RouteOf(packet);

        if (route.IsNone)
        {
            Drop(ref packet, DropReason.TtlExpired, ObjectKind.NextHop, _nextHops[packet.NextHop].Id);
        }
        else
        {
            Drop(ref packet, DropReason.TtlExpired, ObjectKind.Route, route.Value);
        }

        SendAbout(packet, Complaint.TimeExceeded, 0);
    }

    /// <summary>The route that a packet took, or that its flow did.</summary>
    private RouteId RouteOf(in Packet packet) => packet.Flow == 0
        ? packet.Route
        : new RouteId(_table.Origin(packet.Flow).Dependencies[(packet.Flow & 1) == 0 ? FlowDependency.Route : FlowDependency.ReverseRoute]);

    /// <summary>Fragments the inner packet; every piece is encapsulated as a packet of its own, none outside.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendInPieces(ref Packet packet, ref NextHopState nextHop)
    {
        int headerLength = At<Ipv4Header>(packet, packet.L3).HeaderLength;
        Span<byte> header = _region.Bytes(packet.Frame, packet.L3, headerLength);
        int room = Math.Min(RoomOf(packet, nextHop), FrameRegion.FrameSize - FrameRegion.HeadRoom);

        if (!Ipv4Fragments.TryPlan(header, room, out Ipv4Fragments fragments) || !TryTake(_pieces.AsSpan(0, fragments.Count)))
        {
            Drop(ref packet, DropReason.NoBuffer, ObjectKind.None, 0);
            return;
        }

        Rewrite(ref packet, room);

        if ((packet.Flags & PacketFlags.ChecksumPartial) != 0)
        {
            CompleteChecksum(ref packet);
        }

        Span<byte> payload = PayloadOf(packet, headerLength);

        for (int i = 0; i < fragments.Count; i++)
        {
            Packet piece = packet;
            Ipv4Fragment fragment = fragments[i];
            piece.Frame = _pieces[i];
            piece.Start = piece.L3 = FrameRegion.HeadRoom;
            piece.L3Length = fragment.HeaderLength + fragment.PayloadLength;
            piece.HeadLength = (ushort)piece.L3Length;
            piece.Length = piece.HeadLength;

            Span<byte> bytes = _region.Bytes(piece.Frame, piece.L3, piece.L3Length);
            fragments.WriteHeader(i, header, bytes);
            payload.Slice(fragment.PayloadOffset, fragment.PayloadLength).CopyTo(bytes[fragment.HeaderLength..]);
            Encapsulate(ref piece, ref nextHop);
            Emit(ref piece);
        }

        if (TTrace.IsOn)
        {
            _trace.Step("rewrite", $"cut into {fragments.Count} fragments of at most {room} bytes");
        }

        _books[packet.Ingress].Made += fragments.Count - 1;
        _frames.ReturnChain(packet.Frame);
        packet.Fate = Fate.Sent;
    }

    private bool TryTake(Span<uint> frames)
    {
        for (int i = 0; i < frames.Length; i++)
        {
            if (!_frames.TryTake(out frames[i]))
            {
                Return(frames[..i]);
                return false;
            }
        }

        return true;
    }

    private void Return(ReadOnlySpan<uint> frames)
    {
        foreach (uint frame in frames)
        {
            _frames.Return(frame);
        }
    }

    /// <summary>All of a chained packet's bytes in one place, until the next call.</summary>
    private Span<byte> CopyOf(in Packet packet) => _scratch.AsSpan(0, PacketBytes.CopyTo(_region, packet, _scratch));

    /// <summary>Moves all of a packet into its head frame, where it fits, if its port takes no chains.</summary>
    private void Gather(ref Packet packet)
    {
        if (packet.HeadLength == packet.Length || TakesChains(packet.Egress))
        {
            return;
        }

        CopyOf(packet)[packet.HeadLength..].CopyTo(_region.Bytes(packet.Frame, packet.Start + packet.HeadLength, (int)packet.Length - packet.HeadLength));
        packet.HeadLength = (ushort)packet.Length;
        _frames.ReturnChain(_region.Link(packet.Frame).Next);
        _region.Link(packet.Frame).Next = 0;
    }

    /// <summary>Lets a chain end where its packet does.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TrimChain(in Packet packet)
    {
        int rest = (int)packet.Length - packet.HeadLength;
        ref FrameLink link = ref _region.Link(packet.Frame);

        while (rest > 0 && link.Next != 0)
        {
            link = ref _region.Link(link.Next);
            link.Length = (ushort)Math.Min(link.Length, rest);
            rest -= link.Length;
        }

        uint surplus = link.Next;
        link.Next = 0;
        _frames.ReturnChain(surplus);
    }

    /// <summary>Does what the guest left to be done and the way out does not do: sums the transport packet up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CompleteChecksum(ref Packet packet)
    {
        int length = packet.L3 + packet.L3Length - packet.L4;
        int inHead = Math.Min(length, packet.Start + packet.HeadLength - packet.L4);
        var sum = new RunningChecksum(0);
        sum.Add(_region.Bytes(packet.Frame, packet.L4, inHead));
        length -= inHead;

        for (uint frame = _region.Link(packet.Frame).Next; frame != 0 && length > 0; frame = _region.Link(frame).Next)
        {
            FrameLink link = _region.Link(frame);
            int part = Math.Min(link.Length, length);
            sum.Add(_region.Bytes(frame, link.Start, part));
            length -= part;
        }

        // 0 says "none" in UDP (RFC 768).
        ushort checksum = sum.Value == 0 && packet.Protocol == IpProtocol.Udp ? ushort.MaxValue : sum.Value;
        At<UInt16BE>(packet, packet.L4 + packet.ChecksumOffset) = checksum;
        packet.Flags &= ~PacketFlags.ChecksumPartial;
    }
}
