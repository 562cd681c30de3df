using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Fragments go one by one with the flow of their datagram: later ones by the ports of the first, for which they wait (semantics, section 4).</summary>
internal sealed partial class Walk<TTrace>
{
    private const int Ipv6FragmentHeaderSize = 8;

    // In place of the ports that an ICMP error has none of: its fragments are not forwarded. No echo has such.
    private const uint OfAnError = uint.MaxValue;

    private readonly FragmentResult[] _arrived;
    private readonly uint[] _overdue = new uint[64];
    private int _arrivedCount;

    /// <summary>What the first fragment of a fragment's datagram tells. False: it waits, is another worker's, or was dropped.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFindTransport(ref Packet packet, ref FlowSlot slot, ushort vif, uint ports, out Transport transport)
    {
        transport = new Transport(packet.Protocol, IsIcmpError(packet) ? OfAnError : ports);

        if (_portsAreKnown)
        {
            transport = new Transport(slot.Key.Protocol, slot.Key.Ports);
            return true;
        }

        FlowKey datagram = DatagramOf(packet, vif, out FragmentPiece piece);

        if (_isShared && IsForeign(ref slot, datagram))
        {
            return false;
        }

        // Who forges a fragment must not spoil the datagram.
        if ((packet.Flags & PacketFlags.Decapsulated) != 0 && !HasValidSource(ref packet))
        {
            return false;
        }

        if (TTrace.IsOn)
        {
            return TraceFragment(ref packet, datagram, piece, ref transport);
        }

        uint number = _flows.HeldFragments.Next;
        ushort bound = BoundOf(packet, vif);
        FragmentResult result = _flows.Fragments.Add(datagram, bound, piece, transport, number, _now);

        if (result.Datagram != 0 && result.Verdict is FragmentVerdict.Follows or FragmentVerdict.Poisons)
        {
            _arrived[_arrivedCount++] = result;
        }

        switch (result.Verdict)
        {
            case FragmentVerdict.Follows:
                transport = result.Transport;
                return true;

            case FragmentVerdict.Waits:
                packet.Fate = Fate.Held;
                packet.ObjectKind = ObjectKind.None;
                packet.ObjectId = 0;
                _books[packet.Ingress].Held++;
                _flows.HeldFragments.Put(packet);
                return false;

            case FragmentVerdict.Refused:
                Drop(ref packet, DropReason.FragmentLimit, _state.Vifs[bound]!);
                return false;

            default:
                Drop(ref packet, DropReason.FragmentInvalid, ObjectKind.None, 0);
                return false;
        }
    }

    /// <summary>
    /// The vif under whose bounds a fragment counts: its sender's or, from elsewhere, its receiver's, or else one tenant's would be at the expense of all
    /// that the FABRIC serves.
    /// </summary>
    private ushort BoundOf(in Packet packet, ushort vif)
    {
        if (vif != 0)
        {
            return vif;
        }

        Way way = FindWay(packet.Vrf, DestinationOf(packet));
        ushort receiver = way.Reason == DropReason.None ? ReceiverOf(_nextHops[way.Slot]) : (ushort)0;
        return receiver != 0 ? receiver : packet.Ingress;
    }

    private bool TraceFragment(ref Packet packet, in FlowKey datagram, FragmentPiece piece, ref Transport transport)
    {
        FragmentResult result = _flows.Fragments.Ask(datagram, piece, transport);
        _trace.Step("fragment", $"bytes {piece.Offset} to {piece.End - 1} of its datagram: it {result.Verdict.ToString().ToLowerInvariant()}");

        switch (result.Verdict)
        {
            case FragmentVerdict.Follows:
                transport = result.Transport;
                return true;

            case FragmentVerdict.Waits:
                packet.Fate = Fate.Consumed;
                _frames.ReturnChain(packet.Frame);
                return false;

            default:
                Drop(ref packet, result.Verdict == FragmentVerdict.Refused ? DropReason.FragmentLimit : DropReason.FragmentInvalid, ObjectKind.None, 0);
                return false;
        }
    }

    /// <summary>A fragment that walks again finds its flow by what its datagram's first one told.</summary>
    private static void KeepTransport(ref Packet packet, Transport transport)
    {
        packet.Flow = transport.Ports;
        packet.Label = transport.Protocol;
    }

    /// <summary>What tells the fragments of a datagram from all others, and which part of it this one is.</summary>
    private FlowKey DatagramOf(in Packet packet, ushort vif, out FragmentPiece piece)
    {
        if ((packet.Flags & PacketFlags.Ipv6) != 0)
        {
            Ipv6Extensions.TryWalk(_region.Bytes(packet.Frame, packet.L3, Math.Min(packet.L3Length, packet.Start + packet.HeadLength - packet.L3)), packet.L3Length, out Ipv6Chain chain);
            piece = new FragmentPiece(chain.FragmentOffset, packet.L3Length - chain.FragmentHeader - Ipv6FragmentHeaderSize, !chain.HasMoreFragments);

            // Later ones need not name the protocol that the first one ends with.
            return FlowKey.Of(vif, packet.Vrf, SourceOf(packet), DestinationOf(packet), IpProtocol.Fragment, chain.FragmentId);
        }

        ref Ipv4Header ip = ref At<Ipv4Header>(packet, packet.L3);
        piece = new FragmentPiece(ip.FragmentOffset, packet.L3Length - ip.HeaderLength, !ip.HasMoreFragments);
        return FlowKey.OfIpv4(vif, packet.Vrf, ip.Source, ip.Destination, ip.Protocol, ip.Id);
    }

    /// <summary>Sends on what has waited for first fragments that came with this batch, or drops what they spoiled.</summary>
    private void ResumeFragments()
    {
        if (_arrivedCount == 0)
        {
            return;
        }

        int count = _arrivedCount;
        _arrivedCount = 0;

        for (int i = 0; i < count; i++)
        {
            FragmentResult result = _arrived[i];
            uint number;

            while ((number = _flows.Fragments.TakeWaiting(result.Datagram)) != 0)
            {
                Packet packet = _flows.HeldFragments.Take(number);

                if (result.Verdict == FragmentVerdict.Follows)
                {
                    KeepTransport(ref packet, result.Transport);
                    ResumeFragment(packet);
                }
                else
                {
                    DropHeld(ref packet, DropReason.FragmentInvalid);
                }
            }
        }
    }

    // Among those that have waited for a neighbour, and gone on by now: there it is found if the walk fails.
    private void ResumeFragment(in Packet packet)
    {
        ref Packet resumed = ref _resumed[0];
        resumed = packet;
        _resumedCount = 1;
        _books[resumed.Ingress].Held--;
        Resume(ref resumed, portsAreKnown: true, isCounted: false);
        _resumedCount = 0;
    }

    /// <summary>Drops what waits of a vif that is gone, with 0 all that waits; between batches.</summary>
    public void DropFragments(ushort vif)
    {
        int count;

        do
        {
            count = _flows.Fragments.TakeOf(vif, _overdue);

            foreach (uint number in _overdue.AsSpan(0, count))
            {
                Packet packet = _flows.HeldFragments.Take(number);
                DropHeld(ref packet, DropReason.InterfaceDown);
            }
        }
        while (count == _overdue.Length);
    }

    /// <summary>Drops what has waited too long for a first fragment; between batches.</summary>
    public void DropOverdueFragments()
    {
        int count;

        do
        {
            count = _flows.Fragments.TakeTimedOut(_now, _overdue);

            foreach (uint number in _overdue.AsSpan(0, count))
            {
                Packet packet = _flows.HeldFragments.Take(number);
                DropHeld(ref packet, DropReason.FragmentTimeout);
            }
        }
        while (count == _overdue.Length);
    }
}
