using BenchmarkDotNet.Attributes;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench;

/// <summary>Looks random destinations up, and changes one route, among a million IPv4 and 200,000 IPv6 ones.</summary>
[MemoryDiagnoser]
public class LongestPrefixMatchBenchmarks : IDisposable
{
    private const int Destinations = 1 << 20;
    private const int BatchSize = 1024;

    private readonly RouteStore _store = new();
    private readonly RouteTable _table = new(0);
    private readonly uint[] _ipv4 = new uint[Destinations];
    private readonly IpAddress[] _ipv6 = new IpAddress[Destinations];
    private IpPrefix[] _prefixes = [];
    private ulong _generation;
    private int _next;

    /// <summary>Builds both tables.</summary>
    [GlobalSetup]
    public void Build()
    {
        var random = new Random(2);
        _prefixes = RealisticRoutes.Ipv4(1_000_000);
        IpPrefix[] ipv6 = RealisticRoutes.Ipv6(200_000);

        foreach (IpPrefix prefix in _prefixes.Concat(ipv6))
        {
            _store.Set(_table, prefix, default);
        }

        _store.Commit(++_generation);

        for (int i = 0; i < Destinations; i++)
        {
            _ipv4[i] = (uint)random.NextInt64(0x0100_0000, 0xE000_0000);
            _ipv6[i] = ipv6[random.Next(ipv6.Length)].Address with { Low = (ulong)random.NextInt64() };
        }
    }

    /// <summary>Random destinations: most miss every cache.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public uint RandomIpv4()
    {
        uint sum = 0;

        foreach (uint address in Batch(_ipv4))
        {
            sum += _store.Lookup(_table.Fib, address).Value;
        }

        return sum;
    }

    /// <summary>The same 1,024 destinations again and again.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public uint FewIpv4()
    {
        uint sum = 0;

        foreach (uint address in _ipv4.AsSpan(0, BatchSize))
        {
            sum += _store.Lookup(_table.Fib, address).Value;
        }

        return sum;
    }

    /// <summary>Random destinations within routes.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public uint RandomIpv6()
    {
        uint sum = 0;

        foreach (ref readonly IpAddress address in Batch(_ipv6))
        {
            sum += _store.Lookup(_table.Fib, address.High, address.Low).Value;
        }

        return sum;
    }

    /// <summary>One route replaced, committed, and its old version reclaimed.</summary>
    [Benchmark]
    public void Change()
    {
        _store.Set(_table, _prefixes[_next++ % _prefixes.Length], default);
        _store.Commit(++_generation);
        _store.Reclaim(_generation);
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    private ReadOnlySpan<T> Batch<T>(T[] addresses)
    {
        _next += BatchSize;
        return addresses.AsSpan(_next & (Destinations - 1) & ~(BatchSize - 1), BatchSize);
    }
}
