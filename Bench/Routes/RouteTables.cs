using System.Diagnostics;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Routes;

/// <summary>The lookup structure by itself: how large it is, and how long a lookup takes. Route i is in VRF i modulo their number.</summary>
internal sealed class RouteTables : IDisposable
{
    private const int Lookups = 1 << 20, Passes = 9, Batch = 64;

    private readonly RouteStore _store = new();
    private readonly RouteTable[] _tables;
    private readonly IpPrefix[] _prefixes;

    public RouteTables(IpPrefix[] prefixes, int vrfs)
    {
        _prefixes = prefixes;
        _tables = [.. Enumerable.Range(0, vrfs).Select(vrf => new RouteTable(vrf))];

        for (int i = 0; i < prefixes.Length; i++)
        {
            _store.Set(_tables[i % vrfs], prefixes[i], default);
        }

        // No packet sees what was replaced on the way.
        _store.Commit(1);
        _store.Reclaim(1);
    }

    /// <summary>Bytes that packets read.</summary>
    public long Bytes => _store.LookupBytes;

    /// <summary>The prefixes of the first VRF whose own first address no longer prefix takes away.</summary>
    public IEnumerable<IpPrefix> FirstVrf() => _prefixes.Where(prefix =>
        _store.TryFind(_tables[0], prefix, out RouteId route) && _store.Lookup(_tables[0].Fib, prefix.Address) == route);

    /// <summary>Looks random destinations within random routes up; a batch at a time as the walk does; nanoseconds for one, the median of some passes.</summary>
    public double TimeLookups()
    {
        var random = new Random(3);
        (Fib Table, IpAddress Address)[] destinations = [.. Enumerable.Range(0, Lookups).Select(_ => Destination(random))];

        double[] passes = _prefixes[0].IsIpv6
            ? Time([.. destinations.Select(d => d.Table.Ipv6)], [.. destinations.Select(d => new Ipv6Key(d.Address.High, d.Address.Low))], _store.Lookup)
            : Time([.. destinations.Select(d => d.Table.Ipv4)], [.. destinations.Select(d => new Ipv4Key(d.Address.Ipv4))], _store.Lookup);

        return passes.Order().ElementAt(Passes / 2);
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    private static double[] Time<TKey>(TrieRoot[] roots, TKey[] addresses, BatchLookup<TKey> lookup)
    {
        RouteId[] found = new RouteId[Batch];
        double[] passes = new double[Passes];

        for (int pass = 0; pass < Passes; pass++)
        {
            long start = Stopwatch.GetTimestamp();

            for (int at = 0; at + Batch <= addresses.Length; at += Batch)
            {
                lookup(roots.AsSpan(at, Batch), addresses.AsSpan(at, Batch), found);
            }

            passes[pass] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / addresses.Length;
        }

        return passes;
    }

    private (Fib Table, IpAddress Address) Destination(Random random)
    {
        int route = random.Next(_prefixes.Length);
        IpPrefix prefix = _prefixes[route];
        ulong hostBits = prefix.Length >= 64 ? 0 : ulong.MaxValue >> prefix.Length;
        IpAddress within = prefix.IsIpv6
            ? IpAddress.FromIpv6(prefix.Address.High | (ulong)random.NextInt64() & hostBits, prefix.Address.Low)
            : IpAddress.FromIpv4(prefix.Address.Ipv4 | (uint)random.Next() & (uint)(hostBits >> 32));

        return (_tables[route % _tables.Length].Fib, within);
    }

    private delegate void BatchLookup<TKey>(ReadOnlySpan<TrieRoot> roots, ReadOnlySpan<TKey> addresses, Span<RouteId> routes);
}
