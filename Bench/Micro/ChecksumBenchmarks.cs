using BenchmarkDotNet.Attributes;
using VRouter.Encap;

namespace VRouter.Bench.Micro;

/// <summary>The Internet checksum over bytes (RFC 1071).</summary>
[MemoryDiagnoser]
public class ChecksumBenchmarks
{
    private readonly byte[] _bytes = new byte[9000];

    /// <summary>Bytes that are summed up: a header, a small and a full packet, a jumbo one.</summary>
    [Params(20, 64, 1480, 9000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill() => new Random(1071).NextBytes(_bytes);

    [Benchmark]
    public ushort Full() => Checksum.Of(_bytes.AsSpan(0, Length));
}
