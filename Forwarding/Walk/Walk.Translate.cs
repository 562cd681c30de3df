using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Gives packets the addresses and ports that they leave with: the reverse of what their flow's other direction comes with.</summary>
internal sealed partial class Walk<TTrace>
{
    private const FlowTraits Translated = FlowTraits.SourceTranslated | FlowTraits.DestinationTranslated;

    // Whether packets have been translated lately: then it pays to ask for what says how.
    private bool _hasTranslated;

    /// <summary>Asks for the other directions of the flows by which packets will be translated.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AskForTranslations(int count)
    {
        _hasTranslated = false;

        foreach (ref FlowSlot slot in _slots.AsSpan(0, count))
        {
            if (slot.Stage is FlowStage.Common or FlowStage.Keyed && (_table.Entry(slot.Match).Traits & Translated) != 0)
            {
                _table.AskPeer(slot.Match);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsTranslated(in Packet packet) => packet.Flow != 0 && (_table.Entry(packet.Flow).Traits & Translated) != 0;

    /// <summary>The destination that a packet leaves with.</summary>
    private IpAddress DestinationAfter(in Packet packet) =>
        IsTranslated(packet) ? _table.Entry(FlowTable.Peer(packet.Flow)).Key.Source : DestinationOf(packet);

    /// <summary>Translates a packet. False: it cannot be, and was dropped.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTranslate(ref Packet packet)
    {
        _hasTranslated = true;
        FlowKey leaves = _table.Entry(FlowTable.Peer(packet.Flow)).Key.Reverse();
        return TryTranslate(ref packet, new Translation(leaves.Source, leaves.Destination, leaves.Ports));
    }

    /// <summary>The same for a packet on the common way out: it is whole, and over IPv4.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTranslateCommon(ref Packet packet, ref Ipv4Header ip)
    {
        if (packet.Protocol is not (IpProtocol.Udp or IpProtocol.Tcp))
        {
            return TryTranslate(ref packet);
        }

        _hasTranslated = true;
        ref FlowKey back = ref _table.Entry(FlowTable.Peer(packet.Flow)).Key;
        AddressTranslation.ApplyToWhole(
            ref ip, ref At<byte>(packet, packet.L4), packet.Protocol == IpProtocol.Tcp, back.DestinationIpv4, back.SourceIpv4, uint.RotateLeft(back.Ports, 16));
        return true;
    }

    /// <summary>
    /// Whether what comes back can be told from what answers other flows. One that is denied gives way, and one that would not be as it is any
    /// more.
    /// </summary>
    private bool IsWayBackFree(in FlowDecision decision)
    {
        uint entry = decision.ReverseKey == decision.Key ? 0 : _table.Find(decision.ReverseKey);

        if (entry == 0 || FlowTable.Forward(entry) == _outdated)
        {
            return true;
        }

        FlowTraits traits = _table.Entry(entry).Traits;

        if ((traits & FlowTraits.Elsewhere) != 0)
        {
            return false;
        }

        if ((traits & FlowTraits.Denied) != 0 && TTrace.IsOn)
        {
            return true;
        }

        if ((traits & FlowTraits.Denied) != 0)
        {
            _flows.Remove(entry, FlowEndReason.Evicted, _now);
            return true;
        }

        return _table.Entry(entry).Generation != _generation && !IsStillRight(entry) && (TTrace.IsOn || !TryRedecide(ref entry));
    }

    /// <summary>What a packet of a flow that is not set up would leave as.</summary>
    private bool TryTraceTranslation(ref Packet packet, in FlowDecision decision) =>
        !decision.IsTranslated || TryTranslate(ref packet, new Translation(decision.Source, decision.Destination, decision.Ports));

    private bool TryTranslate(ref Packet packet, in Translation translation)
    {
        Span<byte> bytes = _region.Bytes(packet.Frame, packet.L3, Math.Min(packet.L3Length, packet.Start + packet.HeadLength - packet.L3));
        int transport = packet.L4 == 0 ? 0 : packet.L4 - packet.L3;

        bool isTranslated = IsIcmpError(packet)
            ? IcmpQuote.TryRead(bytes[transport..], (packet.Flags & PacketFlags.Ipv6) != 0, out IcmpQuote quote)
                && AddressTranslation.ApplyToError(bytes, transport, quote, translation)
            : AddressTranslation.Apply(bytes, transport, packet.Protocol, translation, (packet.Flags & PacketFlags.ChecksumPartial) != 0);

        if (!isTranslated)
        {
            Drop(ref packet, IsIcmpError(packet) ? DropReason.UnrelatedError : DropReason.UnsupportedProtocol, ObjectKind.None, 0);
        }
        else if (TTrace.IsOn)
        {
            _trace.Step("rewrite", $"from {SourceOf(packet)} to {DestinationOf(packet)}, ports {translation.Ports >> 16} and {(ushort)translation.Ports}");
        }

        return isTranslated;
    }
}
