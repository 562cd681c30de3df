using BenchmarkDotNet.Attributes;
using VRouter.Encap;

namespace VRouter.Bench.Micro;

/// <summary>Address and port translation of 64 packets in the cache, there and back again.</summary>
[MemoryDiagnoser]
public class AddressTranslationBenchmarks
{
    private const int Packets = 64;
    private const int Length = 1500;
    private const uint Ports = 0x8000_0050, OtherPorts = 0xC123_0050;

    private static readonly IpAddress s_inside = IpAddress.Parse("10.0.0.2"), s_inside6 = IpAddress.Parse("fd00::2");
    private static readonly IpAddress s_outside = IpAddress.Parse("192.0.2.9"), s_outside6 = IpAddress.Parse("2001:db8::9");
    private static readonly IpAddress s_server = IpAddress.Parse("198.51.100.1"), s_server6 = IpAddress.Parse("2001:db8:1::1");

    private static readonly Translation[] s_ipv4 = [new(s_outside, s_server, OtherPorts), new(s_inside, s_server, Ports)];
    private static readonly Translation[] s_ipv6 = [new(s_outside6, s_server6, OtherPorts), new(s_inside6, s_server6, Ports)];
    private static readonly Translation[] s_ofErrors = [new(s_server, s_inside, Ports), new(s_server, s_outside, OtherPorts)];

    private readonly byte[][] _tcp = Many(Ipv4(IpProtocol.Tcp));
    private readonly byte[][] _udp = Many(Ipv4(IpProtocol.Udp));
    private readonly byte[][] _sctp = Many(Ipv4(IpProtocol.Sctp));
    private readonly byte[][] _tcp6 = Many(Ipv6(IpProtocol.Tcp));
    private readonly byte[][] _errors = Many(Error());
    private int _round;

    [Benchmark(OperationsPerInvoke = Packets)]
    public bool Tcp() => ApplyAll(_tcp, Ipv4Header.Size, IpProtocol.Tcp, s_ipv4);

    [Benchmark(OperationsPerInvoke = Packets)]
    public bool Udp() => ApplyAll(_udp, Ipv4Header.Size, IpProtocol.Udp, s_ipv4);

    [Benchmark(OperationsPerInvoke = Packets)]
    public bool TcpOverIpv6() => ApplyAll(_tcp6, Ipv6Header.Size, IpProtocol.Tcp, s_ipv6);

    /// <summary>Of 1,500 bytes: the cost is the length's.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public bool Sctp() => ApplyAll(_sctp, Ipv4Header.Size, IpProtocol.Sctp, s_ipv4);

    /// <summary>Read and translated: errors with the 28 bytes that they must quote.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public bool IcmpError()
    {
        ref readonly Translation translation = ref s_ofErrors[_round++ & 1];
        bool all = true;

        foreach (byte[] error in _errors)
        {
            all &= IcmpQuote.TryRead(error.AsSpan(Ipv4Header.Size), isIpv6: false, out IcmpQuote quote)
                && AddressTranslation.ApplyToError(error, Ipv4Header.Size, in quote, in translation);
        }

        return all;
    }

    private bool ApplyAll(byte[][] packets, int transport, byte protocol, Translation[] translations)
    {
        ref readonly Translation translation = ref translations[_round++ & 1];
        bool all = true;

        foreach (byte[] packet in packets)
        {
            all &= AddressTranslation.Apply(packet, transport, protocol, in translation);
        }

        return all;
    }

    private static byte[][] Many(byte[] packet) => [.. Enumerable.Repeat(packet, Packets).Select(each => each.ToArray())];

    private static byte[] Ipv4(byte protocol)
    {
        byte[] packet = new byte[Length];
        Headers.At<Ipv4Header>(ref packet[0], 0) = new Ipv4Header(protocol, s_inside.Ipv4, s_server.Ipv4, Length);
        packet.AsSpan(Ipv4Header.Size, TcpHeader.Size).Fill(0x42);
        return packet;
    }

    private static byte[] Ipv6(byte protocol)
    {
        byte[] packet = new byte[Length];
        Headers.At<Ipv6Header>(ref packet[0], 0) = new Ipv6Header(protocol, s_inside6, s_server6, Length - Ipv6Header.Size);
        packet.AsSpan(Ipv6Header.Size, TcpHeader.Size).Fill(0x42);
        return packet;
    }

    private static byte[] Error()
    {
        byte[] quoted = new byte[Ipv4Header.Size + 8], packet = new byte[Ipv4Header.Size + IcmpHeader.Size + quoted.Length];
        Headers.At<Ipv4Header>(ref packet[0], 0) = new Ipv4Header(IpProtocol.Icmp, s_server.Ipv4, s_outside.Ipv4, packet.Length);
        Headers.At<IcmpHeader>(ref packet[0], Ipv4Header.Size) = new IcmpHeader(IcmpType.TimeExceeded, 0, 0);
        Headers.At<Ipv4Header>(ref packet[0], Ipv4Header.Size + IcmpHeader.Size) = new Ipv4Header(IpProtocol.Udp, s_outside.Ipv4, s_server.Ipv4, Length);
        return packet;
    }
}
