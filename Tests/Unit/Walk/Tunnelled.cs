using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>A tunnel packet that was sent, taken apart and checked on the way.</summary>
internal sealed record Tunnelled(byte[] Frame, TunnelHeaders Headers, byte[] Inner)
{
    /// <summary>The inner Ethernet header of VXLAN.</summary>
    public byte[] InnerEthernet { get; private init; } = [];

    public int L3 { get; private init; }

    public bool IsOverIpv6 => Frame[L3] >> 4 == 6;

    public byte Ecn => IsOverIpv6 ? (byte)(Frame[L3 + 1] >> 4 & 3) : (byte)(Frame[L3 + 1] & 3);

    public ushort OuterId => (ushort)(Frame[L3 + 4] << 8 | Frame[L3 + 5]);

    public ushort SourcePort => (ushort)(Frame[L3 + (IsOverIpv6 ? 40 : 20)] << 8 | Frame[L3 + (IsOverIpv6 ? 41 : 21)]);

    public uint FlowLabel => (uint)((Frame[L3 + 1] & 0xF) << 16 | Frame[L3 + 2] << 8 | Frame[L3 + 3]);

    /// <summary>Reads a frame; its lengths must be those of its headers, to the byte.</summary>
    public static Tunnelled Read(byte[] frame)
    {
        int l3 = frame[12] == 0x81 ? 18 : 14;
        Span<byte> packet = frame.AsSpan(l3);
        TunnelFault fault;
        TunnelHeaders headers;
        Span<byte> payload;

        if (packet[0] >> 4 == 4)
        {
            Assert.That(Layer<Ipv4Header>.TryRead(packet, out Layer<Ipv4Header> ip), Is.True, "outer IPv4");
            Assert.That((int)ip.Header.TotalLength, Is.EqualTo(packet.Length), "outer total length");
            Assert.That(ip.Header.HasRightChecksum(), Is.True, "outer checksum");
            payload = ip.Payload;
            fault = TunnelHeaders.Read(ip.Header, payload, out headers);
        }
        else
        {
            Assert.That(Ipv6Extensions.TryWalk(packet, out Ipv6Chain chain), Is.True, "outer IPv6");
            Layer<Ipv6Header>.TryRead(packet, out Layer<Ipv6Header> ip);
            Assert.That(Ipv6Header.Size + ip.Header.PayloadLength, Is.EqualTo(packet.Length), "outer payload length");
            payload = ip.Payload;
            fault = TunnelHeaders.Read(ip.Header, chain, payload, out headers);
        }

        Assert.That(fault, Is.EqualTo(TunnelFault.None));
        Span<byte> inner = payload.Slice(headers.PayloadOffset, headers.PayloadLength);
        int ethernet = headers.Kind == EncapsulationKind.Vxlan ? EthernetHeader.Size : 0;

        return new Tunnelled(frame, headers, inner[ethernet..].ToArray()) { InnerEthernet = inner[..ethernet].ToArray(), L3 = l3 };
    }
}
