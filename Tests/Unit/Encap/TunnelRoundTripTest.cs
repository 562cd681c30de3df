using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class TunnelRoundTripTest
{
    [Test]
    public void GivesBackWhatWentIn(
        [Values(EncapsulationKind.Vxlan, EncapsulationKind.MplsOverUdp, EncapsulationKind.MplsOverGre)] EncapsulationKind kind,
        [Values] bool overIpv6,
        [Values] bool tagged,
        [Values] bool bridged)
    {
        TunnelTemplate template = TunnelTemplate.Create(new TunnelSpec
        {
            Kind = kind,
            Source = IpAddress.Parse(overIpv6 ? "2001:db8::1" : "192.0.2.1"),
            Destination = IpAddress.Parse(overIpv6 ? "2001:db8::2" : "192.0.2.2"),
            SourceMac = new MacAddress(0x020000000001),
            VlanId = tagged ? (ushort)100 : (ushort)0,
            InnerDestination = bridged ? default : new MacAddress(0x020000000002),
            InnerSource = new MacAddress(0x020000000003),
        });

        int innerHeader = kind == EncapsulationKind.Vxlan && !bridged ? EthernetHeader.Size : 0;

        Prop.ForAll<byte[], ulong, uint>((bytes, random, hash) =>
        {
            byte[] payload = [0x45, .. bytes];
            uint label = (uint)random & MplsLabel.Maximum;
            byte ttl = (byte)(random >> 32), ecn = (byte)(random >> 40 & 3);
            byte[] frame = new byte[TunnelTemplate.Room + payload.Length];
            payload.CopyTo(frame, TunnelTemplate.Room);

            template.Write(ref frame[TunnelTemplate.Room], payload.Length, label, (ushort)(random | 1), hash, ttl, ecn, new MacAddress(0x020000000004));

            Span<byte> packet = frame.AsSpan(frame.Length - payload.Length - template.L3Overhead);
            return Read(packet, overIpv6, ecn, hash, out TunnelHeaders tunnel, out Span<byte> upper)
                && tunnel.Kind == kind
                && tunnel.Label == label
                && tunnel.Ttl == (kind == EncapsulationKind.Vxlan ? byte.MaxValue : ttl)
                && upper.Slice(tunnel.PayloadOffset, tunnel.PayloadLength)[innerHeader..].SequenceEqual(payload);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(50));
    }

    private static bool Read(Span<byte> packet, bool overIpv6, byte ecn, uint hash, out TunnelHeaders tunnel, out Span<byte> upper)
    {
        if (overIpv6)
        {
            upper = packet[Ipv6Header.Size..];
            tunnel = default;
            return Layer<Ipv6Header>.TryRead(packet, out Layer<Ipv6Header> v6)
                && v6.Header.TrafficClass == ecn
                && v6.Header.FlowLabel == hash >> 12
                && Ipv6Extensions.TryWalk(packet, out Ipv6Chain chain)
                && TunnelHeaders.Read(in v6.Header, in chain, v6.Payload, out tunnel) == TunnelFault.None;
        }

        upper = packet[Ipv4Header.Size..];
        tunnel = default;
        return Layer<Ipv4Header>.TryRead(packet, out Layer<Ipv4Header> v4)
            && v4.Header.HasRightChecksum()
            && v4.Header.TrafficClass == ecn
            && v4.Header is { IsFragment: false, IsDontFragment: false, Ttl: 64 }
            && v4.Header.Id != 0
            && TunnelHeaders.Read(in v4.Header, v4.Payload, out tunnel) == TunnelFault.None;
    }
}
