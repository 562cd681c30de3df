using BenchmarkDotNet.Attributes;
using VRouter.Encap;

namespace VRouter.Bench.Micro;

/// <summary>The Internet checksum after a change (RFC 1624): each update goes on from the last.</summary>
[MemoryDiagnoser]
public class ChecksumUpdateBenchmarks
{
    private ushort _checksum = 0xBEEF;
    private Ipv4Header _header = new(IpProtocol.Udp, 0x0A00_0002, 0x0A40_0001, 46);

    [Benchmark]
    public ushort Port() => _checksum = Checksum.Update(_checksum, (ushort)1024, (ushort)49152);

    [Benchmark]
    public ushort Address() => _checksum = Checksum.Update(_checksum, 0x0A00_0002u, 0xC0A8_0001u);

    [Benchmark]
    public byte TimeToLive()
    {
        _header.DecrementTtl();
        return _header.Ttl;
    }
}
