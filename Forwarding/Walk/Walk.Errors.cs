using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>ICMP errors that the vRouter makes (semantics, sections 3 and 8). The packet that provokes one is dropped all the same.</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>Tells the sender of a packet what stands in its way, if it may be told.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendAbout(in Packet about, Complaint complaint, int mtu)
    {
        VifState ingress = _state.Vifs[about.Ingress]!;
        bool isIpv6 = (about.Flags & PacketFlags.Ipv6) != 0;
        int inHead = Math.Min(about.L3Length, about.Start + about.HeadLength - about.L3);
        Span<byte> quoted = _region.Bytes(about.Frame, about.L3, inHead);
        IpAddress source = default;

        if ((about.Flags & PacketFlags.Made) != 0
            || !IcmpError.MayBeSentAbout(quoted)
            || (complaint != Complaint.Reset && !TryFindErrorSource(about, complaint, ingress, isIpv6, out source))
            || (!TTrace.IsOn && complaint is Complaint.TimeExceeded or Complaint.PacketTooBig && !_tables.Errors.TryTake(about.Ingress, _now))
            || _madeCount == _made.Length
            || !_frames.TryTake(out uint frame))
        {
            return;
        }

        Span<byte> room = _region.Bytes(frame, FrameRegion.HeadRoom, FrameRegion.FrameSize - FrameRegion.HeadRoom);
        int length = complaint switch
        {
            Complaint.TimeExceeded => IcmpError.WriteTimeExceeded(room, quoted, source),
            Complaint.PacketTooBig => IcmpError.WritePacketTooBig(room, quoted, source, mtu),
            Complaint.PortUnreachable => IcmpError.WritePortUnreachable(room, quoted, source),
            _ => TcpReset.Write(room, quoted),
        };

        if (length == 0)
        {
            _frames.Return(frame);
            return;
        }

        Packet error = default;
        error.Frame = frame;
        error.Start = error.L3 = FrameRegion.HeadRoom;
        error.HeadLength = (ushort)length;
        error.Length = error.HeadLength;
        error.L3Length = length;
        error.Ingress = about.Ingress;
        error.Vrf = about.Vrf;
        error.Hash = about.Hash;
        error.Protocol = complaint == Complaint.Reset ? IpProtocol.Tcp : isIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp;
        error.Flags = PacketFlags.Made | (isIpv6 ? PacketFlags.Ipv6 : 0);
        _books[about.Ingress].Made++;

        if (TTrace.IsOn)
        {
            _trace.Step("error", complaint switch
            {
                Complaint.TimeExceeded => $"time exceeded from {source}",
                Complaint.PacketTooBig => $"packet too big from {source}: {mtu} bytes fit",
                Complaint.PortUnreachable => $"port unreachable from {source}",
                _ => "TCP reset",
            });
        }

        if (ingress.Kind == VifKind.Fabric)
        {
            // Back as the flow's answers go, else through the VRF that its sender is routed in.
            error.Fate = Fate.Routed;
            TakeWayBack(ref error, about.Flow);
            _made[_madeCount++] = error;
        }
        else
        {
            SendBack(ref error, about, ingress);
        }
    }

    private void TakeWayBack(ref Packet error, uint flow)
    {
        uint answers = FlowTable.Peer(flow);

        if (flow != 0 && (_table.Entry(answers).Generation == _generation || IsStillRight(answers) || TryRedecide(ref answers)))
        {
            error.NextHop = (int)_table.Entry(answers).NextHop;
            error.Label = _table.Entry(answers).Label;
        }
    }

    /// <summary>To the station that the packet came from.</summary>
    private void SendBack(ref Packet error, in Packet about, VifState vif)
    {
        MacAddress sender = At<EthernetHeader>(about, about.Start).Source;
        ushort etherType = (error.Flags & PacketFlags.Ipv6) != 0 ? EtherType.Ipv6 : EtherType.Ipv4;

        new EthernetTemplate(_state.Settings.VirtualMac, vif.Vlan).Write(ref At<byte>(error, error.L3), sender, etherType);
        Move(ref error, error.L3 - vif.EthernetLength);
        error.Egress = vif.Index;
        Emit(ref error);
    }

    private bool TryFindErrorSource(in Packet about, Complaint complaint, VifState ingress, bool isIpv6, out IpAddress source)
    {
        if (TryFindGateway(about, ingress, isIpv6, out source))
        {
            return true;
        }

        // Who is refused is told, by whoever there is: the address that it called.
        source = DestinationOf(about);
        return complaint == Complaint.PortUnreachable;
    }

    private bool TryFindGateway(in Packet about, VifState ingress, bool isIpv6, out IpAddress source)
    {
        if (ingress.Kind == VifKind.Tenant)
        {
            return ingress.TryGetGateway(isIpv6, out source);
        }

        // From the underlay itself the node answers as itself.
        if ((about.Flags & PacketFlags.Decapsulated) == 0)
        {
            return TryFindEndpoint(isIpv6, out source);
        }

        if (_state.Vifs[about.Egress] is { Kind: VifKind.Tenant } egress && egress.TryGetGateway(isIpv6, out source))
        {
            return true;
        }

        VrfState vrf = _state.Vrfs[about.Vrf]!;
        IpAddress? gateway = isIpv6 ? vrf.GatewayIpv6 : vrf.GatewayIpv4;
        source = gateway ?? default;
        return gateway is not null;
    }

    private bool TryFindEndpoint(bool isIpv6, out IpAddress source)
    {
        foreach (IpAddress endpoint in _state.Endpoints)
        {
            if (endpoint.IsIpv6 == isIpv6)
            {
                source = endpoint;
                return true;
            }
        }

        source = default;
        return false;
    }
}
