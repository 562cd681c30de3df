using FsCheck;
using FsCheck.Fluent;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

/// <summary>Random packets, and random addresses and ports to send them from and to.</summary>
internal static class FlowPackets
{
    private static readonly byte[] s_protocols = [IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp, IpProtocol.Icmp, IpProtocol.Icmpv6, IpProtocol.Gre];

    // Addresses and ports where sums carry, or are zero, come as often as others.
    private static readonly Gen<ulong> s_half = Gen.OneOf(
        Gen.Elements<ulong>(0, 1, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_0000, ulong.MaxValue, 0x2001_0DB8_0000_0000),
        ArbMap.Default.GeneratorFor<ulong>(),
        Gen.Choose(0, int.MaxValue).Select(low => (ulong)low * 0x1_0000_8001));

    private static readonly Gen<uint> s_ports = Gen.OneOf(
        Gen.Elements(0u, 1u, 0xFFFFu, 0xFFFF_0000u, 0xFFFF_FFFFu),
        Gen.Choose(int.MinValue, int.MaxValue).Select(ports => (uint)ports));

    private static readonly Gen<(byte[] Bytes, IpAddress? Last)> s_options =
        from words in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(0, 10)))
        from options in Bytes(4 * words)
        select (options, (IpAddress?)null);

    /// <summary>What a packet comes with.</summary>
    public static Gen<Translation> FlowsOf(bool isIpv6) =>
        from source in AddressOf(isIpv6)
        from destination in AddressOf(isIpv6)
        from ports in s_ports
        select new Translation(source, destination, ports);

    /// <summary>Whole packets and fragments, partial checksums and none, options and extension headers.</summary>
    public static Gen<FlowPacket> All =>
        Gen.Frequency((2, Whole), (2, Fragments), (1, Whole.Select(PartialOf)));

    /// <summary>Whole packets with finished checksums, or none.</summary>
    public static Gen<FlowPacket> Whole =>
        from isIpv6 in Gen.Elements(false, true)
        from protocol in Gen.Elements(s_protocols)
        from between in isIpv6 ? ExtensionsTo(protocol) : s_options
        from rest in RestOf(protocol, isIpv6)
        from hasNoChecksum in Gen.Elements(false, false, false, true)
        select new FlowPacket(isIpv6, protocol, between.Bytes, rest)
        {
            HasNoChecksum = hasNoChecksum && protocol == IpProtocol.Udp,
            LastDestination = between.Last,
        };

    /// <summary>Fragments, first and later ones.</summary>
    public static Gen<FlowPacket> Fragments => Gen.OneOf(Whole.SelectMany(FirstFragmentOf), Whole.Select(LaterFragmentOf));

    /// <summary>Options or extension headers of an ICMP message that is no fragment.</summary>
    public static Gen<byte[]> BetweenOf(bool isIpv6) => isIpv6
        ? ExtensionsTo(IpProtocol.Icmpv6).Where(between => between.Last is null).Select(between => between.Bytes)
        : s_options.Select(options => options.Bytes);

    private static Gen<IpAddress> AddressOf(bool isIpv6) =>
        from high in s_half
        from low in s_half
        select isIpv6 ? IpAddress.FromIpv6(high, low) : IpAddress.FromIpv4((uint)low);

    private static Gen<byte[]> Bytes(int length) =>
        Gen.Frequency((4, ArbMap.Default.GeneratorFor<byte>().ArrayOf(length)), (1, Gen.Constant(new byte[length])));

    // Hop-by-hop options first, then a routing header that may have segments left, then destination options.
    private static Gen<(byte[] Bytes, IpAddress? Last)> ExtensionsTo(byte protocol) =>
        from kind in Gen.Choose(0, 3)
        from isVia in Gen.Elements(false, true)
        let last = IpAddress.FromIpv6(0xFD00_0000_0000_0000, 0x1234)
        let hop = Wire.Bytes(kind == 1 ? $"{protocol:x2}00000000000000" : "2b00000000000000")
        let routing = Wire.Bytes(kind == 2 ? $"{protocol:x2}" : "3c", isVia ? "020001" : "020000", "00000000", "fd000000000000000000000000001234")
        let options = Wire.Bytes($"{protocol:x2}01", new string('0', 28))
        let chain = kind switch { 0 => [], 1 => hop, 2 => (byte[])[.. hop, .. routing], _ => [.. hop, .. routing, .. options] }
        select (chain, isVia && kind >= 2 ? last : (IpAddress?)null);

    private static Gen<byte[]> RestOf(byte protocol, bool isIpv6) =>
        from length in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(0, 1500))
        from bytes in Bytes(24 + length)
        from type in isIpv6 ? Gen.Elements<byte>(128, 129, 128, 133) : Gen.Elements<byte>(0, 8, 0, 13)
        select protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 ? bytes.With(0, type) : bytes;

    private static Gen<FlowPacket> FirstFragmentOf(FlowPacket packet) =>
        from eights in Gen.Choose(3, packet.Rest.Length / 8)
        select Fragment(packet, more: true) with { FirstFragment = 8 * eights };

    private static FlowPacket LaterFragmentOf(FlowPacket packet) => Fragment(packet, more: false) with { IsLaterFragment = true };

    private static FlowPacket Fragment(FlowPacket packet, bool more) => !packet.IsIpv6 ? packet : packet with
    {
        Between = [packet.Protocol, 0, 0, (byte)(more ? 1 : 8), 0xDE, 0xAD, 0xBE, 0xEF],
        LastDestination = null,
    };

    private static FlowPacket PartialOf(FlowPacket packet) => packet.Protocol is IpProtocol.Tcp or IpProtocol.Udp
        ? packet with { IsChecksumPartial = true, HasNoChecksum = false }
        : packet;
}
