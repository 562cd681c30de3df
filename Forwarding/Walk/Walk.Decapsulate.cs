using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>From the FABRIC: what is for this node's tunnel endpoint comes out of its tunnel, the rest is the underlay's (semantics, section 1).</summary>
internal sealed partial class Walk<TTrace>
{
    private void Decapsulate(Span<Packet> batch, VifState vif)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            if (i + PrefetchDistance < batch.Length)
            {
                PrefetchHeaders(batch[i + PrefetchDistance]);
            }

            ref Packet packet = ref batch[i];
            ref FlowSlot slot = ref _slots[i];

            if (!TryDecapsulateCommon(ref packet, ref slot, vif))
            {
                slot.Stage = FlowStage.None;
                _cameTheLongWay = true;
                Decapsulate(ref packet, vif);
            }
        }
    }

    // The outer headers lie in the first line, the inner ones begin in it and end in the second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchHeaders(in Packet packet)
    {
        ref byte first = ref _region.At(packet.Frame, packet.Start);
        Prefetch.Read(ref first);
        Prefetch.Read(ref Unsafe.Add(ref first, 64));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Decapsulate(ref Packet packet, VifState vif)
    {
        if (!TryReadEthernet(ref packet, vif, out ushort etherType))
        {
            return;
        }

        MacAddress destination = At<EthernetHeader>(packet, packet.Start).Destination;

        if (destination.Value != vif.Mac && !destination.IsGroup)
        {
            Drop(ref packet, DropReason.NotForUs, vif);
        }
        else if (etherType == EtherType.Ipv4)
        {
            DecapsulateIpv4(ref packet, vif, destination.IsGroup);
        }
        else if (etherType == EtherType.Ipv6)
        {
            DecapsulateIpv6(ref packet, vif, destination.IsGroup);
        }
        else if (etherType == EtherType.Arp)
        {
            HearArp(ref packet, vif);
        }
        else
        {
            Bypass(ref packet, vif, _state.Host);
        }
    }

    private void DecapsulateIpv4(ref Packet packet, VifState vif, bool isGroup)
    {
        if (!TryClassify(ref packet, isIpv6: false))
        {
            return;
        }

        ref Ipv4Header outer = ref At<Ipv4Header>(packet, packet.L3);

        if (isGroup || !IsEndpoint(outer.Destination, vif))
        {
            Underlay(ref packet, vif, isGroup);
            return;
        }

        TunnelFault fault = TunnelHeaders.Read(outer, PayloadOf(packet, outer.HeaderLength), out TunnelHeaders tunnel, _state.Settings.MplsOverUdpPort);

        if (fault == TunnelFault.NotATunnel)
        {
            ReachNode(ref packet, vif);
        }
        else if (!IsTrusted(IpAddress.FromIpv4(outer.Source)))
        {
            Drop(ref packet, DropReason.UntrustedTunnelSource, vif);
        }
        else
        {
            Enter(ref packet, vif, fault, tunnel, packet.L3 + outer.HeaderLength);
        }
    }

    private void DecapsulateIpv6(ref Packet packet, VifState vif, bool isGroup)
    {
        if (!TryClassify(ref packet, isIpv6: true))
        {
            return;
        }

        ref Ipv6Header outer = ref At<Ipv6Header>(packet, packet.L3);

        if (packet.Protocol == IpProtocol.Icmpv6 && TryHearNeighbour(ref packet, vif))
        {
            return;
        }

        if (isGroup || !_state.Endpoints.AsSpan().Contains(outer.Destination))
        {
            Underlay(ref packet, vif, isGroup);
            return;
        }

        int inHead = Math.Min(packet.L3Length, packet.Start + packet.HeadLength - packet.L3);
        Ipv6Extensions.TryWalk(_region.Bytes(packet.Frame, packet.L3, inHead), packet.L3Length, out Ipv6Chain chain);
        TunnelFault fault = TunnelHeaders.Read(outer, chain, PayloadOf(packet, chain.UpperOffset), out TunnelHeaders tunnel, _state.Settings.MplsOverUdpPort);
        IpAddress source = outer.Source;

        if (fault == TunnelFault.NotATunnel)
        {
            ReachNode(ref packet, vif);
        }
        else if (!IsTrusted(source))
        {
            Drop(ref packet, DropReason.UntrustedTunnelSource, vif);
        }
        else
        {
            Enter(ref packet, vif, fault, tunnel, packet.L3 + chain.UpperOffset);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsEndpoint(uint address, VifState vif) =>
        address == vif.Ipv4 || _state.Endpoints.AsSpan().Contains(IpAddress.FromIpv4(address));

    /// <summary>The IP payload behind a header; of a chained packet a copy, so that checksums see all of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> PayloadOf(in Packet packet, int headerLength)
    {
        int start = packet.L3 + headerLength;
        int length = packet.L3Length - headerLength;

        return start + length <= packet.Start + packet.HeadLength
            ? _region.Bytes(packet.Frame, start, length)
            : CopyOf(packet).Slice(start - packet.Start, length);
    }

    /// <summary>Whether tunnel packets may come from there: a configured tunnel leads there, or the settings trust it.</summary>
    private bool IsTrusted(IpAddress outerSource) => !_routes.Lookup(_state.TunnelSources, outerSource).IsNone;
}
