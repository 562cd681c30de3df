using System.Runtime.CompilerServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Rewrite, encapsulate, send: only here are the packet's bytes changed.</summary>
internal sealed partial class Walk<TTrace>
{
    private const int TcpIpv4Headers = 40;
    private const int TcpIpv6Headers = 60;

    /// <summary>Makes everything ready that is not dropped, held or consumed. True: all of it leaves together, and is sent.</summary>
    private bool Leave(Span<Packet> batch)
    {
        ushort egress = 0;
        long bytes = 0;
        int common = 0;

        for (int i = 0; i < batch.Length; i++)
        {
            ref Packet packet = ref batch[i];
            ref FlowSlot slot = ref _slots[i];

            if (packet.Fate != Fate.Routed)
            {
                LeaveUnrouted(ref packet);
                continue;
            }

            if (slot.Stage == FlowStage.Common ? !TryTakeFlow(ref packet, ref slot) : slot.Stage != FlowStage.Hinted || !TryTakeHint(ref packet, ref slot, i))
            {
                LeaveUncommon(ref packet, ref slot);
                continue;
            }

            if (TryLeaveCommon(ref packet))
            {
                // Counts those that leave as the one before did; the first is like itself.
                common += packet.Egress == egress || common == 0 ? 1 : 0;
                egress = packet.Egress;
                bytes += packet.Length;
            }
            else
            {
                LeaveResolved(ref packet);
            }
        }

        if (_missed.Any)
        {
            LeaveMissed(batch);
        }

        _isSending = true;
        return common == batch.Length && _outboxes.TrySend(egress, batch, bytes);
    }

    private void LeaveUnrouted(ref Packet packet)
    {
        if (packet.Fate == Fate.Bypassing)
        {
            SendBypassing(ref packet);
        }
    }

    /// <summary>The rest of the batch: what no hint was known for.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LeaveMissed(Span<Packet> batch)
    {
        FindMissed(batch);

        for (int i = 0; i < batch.Length; i++)
        {
            ref Packet packet = ref batch[i];

            if (packet.Fate == Fate.Routed && (packet.NextHop == 0 || IsTracked(packet) || !TryLeaveCommon(ref packet)))
            {
                LeaveUntracked(ref packet, ref _slots[i]);
            }
        }
    }

    /// <summary>A packet that did not come, or cannot go, the common way.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LeaveUncommon(ref Packet packet, ref FlowSlot slot)
    {
        switch (slot.Stage)
        {
            // Its route is looked up with others'.
            case FlowStage.Hinted:
                break;

            case FlowStage.None:
                LeaveUntracked(ref packet, ref slot);
                break;

            default:
                if (TryFollowFlow(ref packet, ref slot) && (slot.Stage != FlowStage.Common || !TryLeaveCommon(ref packet)))
                {
                    LeaveResolved(ref packet);
                }

                break;
        }
    }

    /// <summary>A packet that its sender's side has no flow for; a receiver with policy has.</summary>
    private void LeaveUntracked(ref Packet packet, ref FlowSlot slot)
    {
        if (TryResolve(ref packet) && (!IsTracked(packet) || TryFollowLate(ref packet, ref slot)))
        {
            LeaveResolved(ref packet);
        }
    }

    private void LeaveResolved(ref Packet packet)
    {
        if (!LeadsSomewhere(packet.NextHop))
        {
            DropAstray(ref packet, DropReason.None, packet.Vrf);
        }
        else if (MayLeave(ref packet))
        {
            Send(ref packet, ref _nextHops[packet.NextHop]);
        }
    }

    /// <summary>Whether a packet that no flow was asked for goes to a vif whose packets are all of flows.</summary>
    private bool IsTracked(in Packet packet) =>
        (packet.Flags & PacketFlags.Made) == 0 && _state.Vifs[packet.Ingress]!.Kind != VifKind.Fabric && HasPolicy(ReceiverOf(_nextHops[packet.NextHop]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Send(ref Packet packet, ref NextHopState nextHop)
    {
        // At once: by the end of the batch its flow may have given way to another one.
        if (IsTranslated(packet) && !TryTranslate(ref packet))
        {
            return;
        }

        int room = RoomOf(packet, nextHop);

        // It is cut when its turn has come, behind those that came before it.
        if (packet.L3Length > room)
        {
            packet.Fate = Fate.Oversized;
            return;
        }

        Rewrite(ref packet, room);
        Encapsulate(ref packet, ref nextHop);
        packet.Fate = Fate.Ready;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Rewrite(ref Packet packet, int room)
    {
        if ((packet.Flags & PacketFlags.Decapsulated) != 0)
        {
            CarryEcn(packet);
        }

        if ((packet.Flags & (PacketFlags.Direct | PacketFlags.Made)) == 0)
        {
            if ((packet.Flags & PacketFlags.Ipv6) != 0)
            {
                At<Ipv6Header>(packet, packet.L3).HopLimit--;
            }
            else
            {
                At<Ipv4Header>(packet, packet.L3).DecrementTtl();
            }
        }

        if ((packet.Flags & PacketFlags.ChecksumPartial) != 0 && (_outboxes.Capabilities(packet.Egress) & PortCapabilities.ChecksumPartial) == 0)
        {
            CompleteChecksum(ref packet);
        }

        if (packet is { Protocol: IpProtocol.Tcp, L4: > 0 } && (At<TcpHeader>(packet, packet.L4).Flags & TcpFlags.Syn) != 0)
        {
            ClampMss(packet, room);
        }
    }

    /// <summary>Congestion that the outer header tells of goes on in the inner one (RFC 6040 section 4.2).</summary>
    private void CarryEcn(in Packet packet)
    {
        byte inner = InnerEcn(packet);
        byte ecn = Ecn.Decapsulate(inner, OuterEcn(packet));

        if (ecn == inner)
        {
            return;
        }

        if ((packet.Flags & PacketFlags.Ipv6) != 0)
        {
            At<Ipv6Header>(packet, packet.L3).SetEcn(ecn);
        }
        else
        {
            At<Ipv4Header>(packet, packet.L3).SetEcn(ecn);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ClampMss(in Packet packet, int room)
    {
        int headers = (packet.Flags & PacketFlags.Ipv6) != 0 ? TcpIpv6Headers : TcpIpv4Headers;
        int maximum = Math.Min(room - headers, ushort.MaxValue);
        bool isPartial = (packet.Flags & PacketFlags.ChecksumPartial) != 0;

        if (TcpMss.Clamp(_region.Bytes(packet.Frame, packet.L4, At<TcpHeader>(packet, packet.L4).HeaderLength), (ushort)maximum, isPartial) && TTrace.IsOn)
        {
            _trace.Step("rewrite", $"MSS lowered to {maximum}");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Encapsulate(ref Packet packet, ref NextHopState nextHop)
    {
        MacAddress destination = nextHop.Neighbour != 0 ? _neighbours.Mac(nextHop.Neighbour) : nextHop.Mac;
        ref byte l3 = ref At<byte>(packet, packet.L3);
        int length;

        if (nextHop.Kind == NextHopKind.Tunnel)
        {
            nextHop.Template.Write(ref l3, packet.L3Length, packet.Label, NextOuterId(), packet.Hash, TtlOf(packet), InnerEcn(packet), destination);
            length = nextHop.Template.Length;
        }
        else
        {
            length = WriteEthernet(packet, ref nextHop, ref l3, destination);
        }

        Trim(ref packet, packet.L3 - length);
    }

    private int WriteEthernet(in Packet packet, ref NextHopState nextHop, ref byte l3, MacAddress destination)
    {
        ushort etherType = (packet.Flags & PacketFlags.Ipv6) != 0 ? EtherType.Ipv6 : EtherType.Ipv4;
        var template = new EthernetTemplate(nextHop.SourceMac, nextHop.Vlan);

        if (nextHop.Kind == NextHopKind.Host)
        {
            VifState host = _state.Vifs[packet.Egress]!;
            template = new EthernetTemplate(_state.Settings.VirtualMac, host.Vlan);
            destination = host.Vif.Mac;
        }
        else if (nextHop.IsConnected)
        {
            destination = _neighbours.Mac(nextHop.Egress, DestinationOf(packet));
        }

        template.Write(ref l3, destination, etherType);
        return template.Length;
    }

    /// <summary>Routed packets leave with total-length bytes only (semantics, section 8).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Trim(ref Packet packet, int start)
    {
        int length = packet.L3 + packet.L3Length - start;
        bool isChained = packet.HeadLength != packet.Length;

        packet.HeadLength = (ushort)Math.Min(length, packet.Start + packet.HeadLength - start);
        packet.Start = (ushort)start;
        packet.Length = (uint)length;
        packet.ChecksumStart = (ushort)(packet.L4 - start);

        if (isChained)
        {
            TrimChain(packet);
            Gather(ref packet);
        }
    }

    /// <summary>Ends the batch: packets that leave together go to the port together, from where they lie; drops are noted.</summary>
    private void Finish(Span<Packet> batch)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            if (batch[i].Fate == Fate.Ready)
            {
                int end = EndOfRun(batch, i);
                Emit(batch[i..end], batch[i].Egress);
                i = end - 1;
            }
            else if (batch[i].Fate is Fate.Dropped or Fate.Oversized)
            {
                FinishUnusual(ref batch[i]);
            }
        }
    }

    private void FinishUnusual(ref Packet packet)
    {
        if (packet.Fate == Fate.Oversized)
        {
            SendInPieces(ref packet, ref _nextHops[packet.NextHop]);
        }

        if (packet.Fate == Fate.Dropped)
        {
            Note(ref packet);
        }
    }

    private static int EndOfRun(Span<Packet> batch, int start)
    {
        int end = start + 1;

        while (end < batch.Length && batch[end].Fate == Fate.Ready && batch[end].Egress == batch[start].Egress)
        {
            end++;
        }

        return end;
    }

    private void Emit(Span<Packet> run, ushort egress)
    {
        if (TTrace.IsOn)
        {
            foreach (ref Packet packet in run)
            {
                Emit(ref packet);
            }

            return;
        }

        _outboxes.Send(egress, run);
    }

    /// <summary>Hands a finished packet to the vif it leaves on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Emit(ref Packet packet)
    {
        packet.Fate = Fate.Sent;

        if (TTrace.IsOn)
        {
            _trace.Output(_state.Vifs[packet.Egress]!.Vif.Id, PacketBytes.ToArray(_region, packet));
            _frames.ReturnChain(packet.Frame);
            return;
        }

        _outboxes.Add(packet.Egress, packet);
    }
}
