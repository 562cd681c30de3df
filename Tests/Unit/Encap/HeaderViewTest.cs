using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class HeaderViewTest
{
    [Test]
    public void OfIpv4IsItsBytes() => Holds(bytes =>
    {
        Ipv4Header ip = Headers.At<Ipv4Header>(ref bytes[0], 3);
        Span<byte> at = bytes.AsSpan(3);

        return ip.Version == at[0] >> 4
            && ip.HeaderLength == (at[0] & 15) * 4
            && ip.TrafficClass == at[1]
            && ip.TotalLength == U16(at, 2)
            && ip.Id == U16(at, 4)
            && ip.FragmentOffset == U16(at, 6) % 0x2000 * 8
            && ip.Ttl == at[8]
            && ip.Protocol == at[9]
            && ip.Checksum == U16(at, 10)
            && ip.Source == U32(at, 12)
            && ip.Destination == U32(at, 16)
            && Wire.Emitted(ip).AsSpan().SequenceEqual(at[..20]);
    });

    [Test]
    public void OfIpv6IsItsBytes() => Holds(bytes =>
    {
        Ipv6Header ip = Headers.At<Ipv6Header>(ref bytes[0], 5);
        Span<byte> at = bytes.AsSpan(5);

        return ip.Version == at[0] >> 4
            && ip.TrafficClass == (byte)(U16(at, 0) >> 4)
            && ip.FlowLabel == U32(at, 0) % 0x10_0000
            && ip.PayloadLength == U16(at, 4)
            && ip.NextHeader == at[6]
            && ip.HopLimit == at[7]
            && ip.Source == IpAddress.FromBytes(at[8..24])
            && ip.Destination == IpAddress.FromBytes(at[24..40])
            && Wire.Emitted(ip).AsSpan().SequenceEqual(at[..40]);
    });

    [Test]
    public void OfTcpIsItsBytes() => Holds(bytes =>
    {
        TcpHeader tcp = Headers.At<TcpHeader>(ref bytes[0], 1);
        Span<byte> at = bytes.AsSpan(1);

        return tcp.SourcePort == U16(at, 0)
            && tcp.DestinationPort == U16(at, 2)
            && tcp.Sequence == U32(at, 4)
            && tcp.Acknowledgement == U32(at, 8)
            && tcp.HeaderLength == (at[12] >> 4) * 4
            && (byte)tcp.Flags == at[13]
            && tcp.Window == U16(at, 14)
            && tcp.Checksum == U16(at, 16)
            && tcp.UrgentPointer == U16(at, 18)
            && Wire.Emitted(tcp).AsSpan().SequenceEqual(at[..20]);
    });

    [Test]
    public void OfEthernetAndArpAreTheirBytes() => Holds(bytes =>
    {
        EthernetHeader ethernet = Headers.At<EthernetHeader>(ref bytes[0], 0);
        ArpHeader arp = Headers.At<ArpHeader>(ref bytes[0], 14);
        Span<byte> at = bytes;

        return ethernet.Destination == MacAddress.FromBytes(at[..6])
            && ethernet.Source == MacAddress.FromBytes(at[6..12])
            && ethernet.EtherType == U16(at, 12)
            && arp.Operation == U16(at, 20)
            && arp.SenderMac == MacAddress.FromBytes(at[22..28])
            && arp.SenderAddress == U32(at, 28)
            && arp.TargetMac == MacAddress.FromBytes(at[32..38])
            && arp.TargetAddress == U32(at, 38);
    });

    private static void Holds(Func<byte[], bool> property)
    {
        Gen<byte[]> bytes = ArbMap.Default.GeneratorFor<byte>().ArrayOf(64);
        Prop.ForAll(bytes.ToArbitrary(), property).Check(Config.QuickThrowOnFailure);
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
}
