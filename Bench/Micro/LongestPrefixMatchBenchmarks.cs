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
    private readonly Ipv4Key[] _ipv4 = new Ipv4Key[Destinations];
    private readonly Ipv6Key[] _ipv6 = new Ipv6Key[Destinations];
    private readonly TrieRoot[] _roots = new TrieRoot[BatchSize];
    private readonly RouteId[] _routes = new RouteId[BatchSize];
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
            _ipv4[i] = new Ipv4Key((uint)random.NextInt64(0x0100_0000, 0xE000_0000));
            _ipv6[i] = new Ipv6Key(ipv6[random.Next(ipv6.Length)].Address.High, (ulong)random.NextInt64());
        }
    }

    /// <summary>Random destinations, which miss every cache, one after the other.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public uint RandomIpv4OneByOne() => LookupIpv4(Next(_ipv4));

    /// <summary>Random destinations, as the walk looks them up.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize, Baseline = true)]
    public void RandomIpv4()
    {
        Array.Fill(_roots, _table.Fib.Ipv4);
        _store.Lookup(_roots, Next(_ipv4), _routes);
    }

    /// <summary>The same 1,024 destinations again and again, one after the other.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public uint FewIpv4OneByOne() => LookupIpv4(_ipv4.AsSpan(0, BatchSize));

    /// <summary>The same 1,024 destinations again and again.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void FewIpv4()
    {
        Array.Fill(_roots, _table.Fib.Ipv4);
        _store.Lookup(_roots, _ipv4.AsSpan(0, BatchSize), _routes);
    }

    /// <summary>Random destinations within routes.</summary>
    [Benchmark(OperationsPerInvoke = BatchSize)]
    public void RandomIpv6()
    {
        Array.Fill(_roots, _table.Fib.Ipv6);
        _store.Lookup(_roots, Next(_ipv6), _routes);
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

    private uint LookupIpv4(ReadOnlySpan<Ipv4Key> addresses)
    {
        Fib fib = _table.Fib;
        uint sum = 0;

        foreach (Ipv4Key address in addresses)
        {
            sum += _store.Lookup(fib, address.Address).Value;
        }

        return sum;
    }

    private ReadOnlySpan<T> Next<T>(T[] addresses)
    {
        _next += BatchSize;
        return addresses.AsSpan(_next & (Destinations - BatchSize), BatchSize);
    }
}
