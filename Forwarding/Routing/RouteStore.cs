using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// All routes of all VRFs, in native memory. One control thread changes them; packets look them up in the
/// <see cref="Fib"/>s of the state that they were received under, and never see half a transaction.
/// </summary>
/// <remarks>
/// A transaction: <see cref="Set"/> and <see cref="Remove"/>; publish a state of a new generation with the tables' new
/// <see cref="RouteTable.Fib"/>s; <see cref="Commit"/> that generation; when every worker has passed a batch boundary under it,
/// <see cref="Reclaim"/> it.
/// </remarks>
public sealed class RouteStore : IDisposable
{
    /// <summary>Routes that a store has room for unless told otherwise.</summary>
    public const int DefaultCapacity = 1 << 22;

    // Far more than routes can take, with a transaction's copies: addresses cost nothing.
    private const long TrieBytesPerRoute = 512;
    private const long SmallestTrie = 64L << 20;

    private readonly NativeArray<RouteEntry> _entries;
    private readonly RouteIndex _index;
    private readonly TrieMemory _memory;
    private readonly PrefixTrie<Ipv4Key> _ipv4;
    private readonly PrefixTrie<Ipv6Key> _ipv6;
    private readonly Retired _retired = new();
    private int _held;

    /// <summary>An empty store; memory is taken as routes come.</summary>
    public RouteStore(int capacity = DefaultCapacity)
    {
        Capacity = capacity;
        _entries = new NativeArray<RouteEntry>(capacity + 1);
        _index = new RouteIndex(capacity);
        _memory = new TrieMemory(Math.Max(capacity * TrieBytesPerRoute, SmallestTrie));
        _ipv4 = new PrefixTrie<Ipv4Key>(_memory);
        _ipv6 = new PrefixTrie<Ipv6Key>(_memory);
    }

    /// <summary>Routes that there is room for, replaced and removed ones that are not yet reclaimed included.</summary>
    public int Capacity { get; }

    /// <summary>Routes that there is room for now.</summary>
    public int Free => Capacity - _held;

    /// <summary>Whether replaced and removed routes wait to be reclaimed.</summary>
    public bool HasRetired => _held > Count;

    /// <summary>Routes in all tables.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that packets read: nodes and route entries, those not yet reclaimed included.</summary>
    public long LookupBytes => _memory.BytesHeld + (long)_held * Unsafe.SizeOf<RouteEntry>();

    /// <summary>All bytes outside the garbage collector.</summary>
    public long BytesUsed => _memory.BytesUsed + (long)_held * (Unsafe.SizeOf<RouteEntry>() + RouteIndex.BytesPerRoute);

    /// <summary>Inserts the route of a prefix, or replaces it.</summary>
    /// <exception cref="ArgumentException">The prefix has host bits.</exception>
    /// <exception cref="InvalidOperationException">The store is full; nothing has changed.</exception>
    public RouteId Set(RouteTable table, IpPrefix prefix, in RouteEntry entry)
    {
        ThrowIfUnfit(prefix);
        uint before = _index.Find(table, prefix);
        uint from = before != 0 ? before : FindCover(table, prefix);

        if (before != 0)
        {
            Retire(table, before);
        }

        uint route = _index.Add(table, prefix);
        _entries[(int)route] = entry with { PrefixLength = prefix.Length };
        _held++;
        Count++;
        Replace(table, prefix, from, route);
        return new RouteId(route);
    }

    /// <summary>Removes the route of a prefix; false when there is none.</summary>
    public bool Remove(RouteTable table, IpPrefix prefix)
    {
        uint route = _index.Find(table, prefix);

        if (route == 0)
        {
            return false;
        }

        Retire(table, route);
        Replace(table, prefix, route, FindCover(table, prefix));
        return true;
    }

    /// <summary>Removes all routes of a table.</summary>
    public void RemoveTable(RouteTable table)
    {
        _ipv4.Clear(table.Fib.Ipv4);
        _ipv6.Clear(table.Fib.Ipv6);
        table.Fib = default;

        while (table.First != 0)
        {
            Retire(table, table.First);
        }
    }

    /// <summary>Finds the route of exactly this prefix.</summary>
    public bool TryFind(RouteTable table, IpPrefix prefix, out RouteId route)
    {
        route = new RouteId(_index.Find(table, prefix));
        return !route.IsNone;
    }

    /// <summary>The routes of a table, in no order, while it does not change.</summary>
    public IEnumerable<RouteId> Routes(RouteTable table)
    {
        for (uint route = table.First; route != 0; route = _index.Next(route))
        {
            yield return new RouteId(route);
        }
    }

    /// <summary>The VRF and prefix of a route, also of one that went until it is reclaimed.</summary>
    public RouteKey Key(RouteId route) => _index.Key(route.Value);

    /// <summary>What a packet needs to know of its route.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly RouteEntry Entry(RouteId route) => ref _entries[(int)route.Value];

    /// <summary>The longest route to an IPv4 address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RouteId Lookup(Fib fib, uint ipv4) => new(_ipv4.Lookup(fib.Ipv4, new Ipv4Key(ipv4)));

    /// <summary>The longest route to an IPv6 address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RouteId Lookup(Fib fib, ulong high, ulong low) => new(_ipv6.Lookup(fib.Ipv6, new Ipv6Key(high, low)));

    /// <summary>The longest route to an address of either family.</summary>
    public RouteId Lookup(Fib fib, IpAddress address) =>
        address.IsIpv6 ? Lookup(fib, address.High, address.Low) : Lookup(fib, address.Ipv4);

    /// <summary>Looks a batch of IPv4 addresses up, each in its own <see cref="Fib.Ipv4"/>, and asks for the routes' entries.</summary>
    public void Lookup(ReadOnlySpan<TrieRoot> roots, ReadOnlySpan<Ipv4Key> addresses, Span<RouteId> routes)
    {
        _ipv4.Lookup(roots, addresses, MemoryMarshal.Cast<RouteId, uint>(routes));
        PrefetchEntries(routes[..addresses.Length]);
    }

    /// <summary>Looks a batch of IPv6 addresses up, each in its own <see cref="Fib.Ipv6"/>, and asks for the routes' entries.</summary>
    public void Lookup(ReadOnlySpan<TrieRoot> roots, ReadOnlySpan<Ipv6Key> addresses, Span<RouteId> routes)
    {
        _ipv6.Lookup(roots, addresses, MemoryMarshal.Cast<RouteId, uint>(routes));
        PrefetchEntries(routes[..addresses.Length]);
    }

    /// <summary>Asks for a route's entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchEntry(RouteId route) => Prefetch.Read(ref _entries[(int)route.Value]);

    /// <summary>Ends the transaction: <paramref name="generation"/>, just published, shows it.</summary>
    public void Commit(ulong generation)
    {
        _memory.Commit(generation);
        _retired.Close(generation);
    }

    /// <summary>Frees what only generations before <paramref name="generation"/> show: every worker has passed a batch boundary under that one or a later one.</summary>
    public void Reclaim(ulong generation)
    {
        _memory.Reclaim(generation);

        while (_retired.TryTake(generation, out uint route))
        {
            _index.Free(route);
            _held--;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _index.Dispose();
        _entries.Dispose();
    }

    private void PrefetchEntries(ReadOnlySpan<RouteId> routes)
    {
        foreach (RouteId route in routes)
        {
            PrefetchEntry(route);
        }
    }

    private void Retire(RouteTable table, uint route)
    {
        _index.Remove(table, route);
        _retired.Add(route);
        Count--;
    }

    private void Replace(RouteTable table, IpPrefix prefix, uint from, uint to)
    {
        (_, ulong low, bool isIpv6) = prefix.Address;

        table.Fib = isIpv6
            ? table.Fib with { Ipv6 = _ipv6.Replace(table.Fib.Ipv6, new Ipv6Key(prefix.Address.High, low), prefix.Length, from, to) }
            : table.Fib with { Ipv4 = _ipv4.Replace(table.Fib.Ipv4, new Ipv4Key((uint)low), prefix.Length, from, to) };
    }

    /// <summary>The longest route around a prefix that ends in the same octet (see <see cref="PrefixTrie{TKey}.Replace"/>); 0 when there is none.</summary>
    private uint FindCover(RouteTable table, IpPrefix prefix)
    {
        RouteId found = Lookup(table.Fib, prefix.Address);
        byte foundLength = Entry(found).PrefixLength;

        if (found.IsNone || foundLength < prefix.Length)
        {
            return PrefixTrie<Ipv4Key>.EndInSameOctet(foundLength, prefix.Length) ? found.Value : 0;
        }

        // A longer route, or the one that is being removed, lies over the cover.
        for (int length = prefix.Length - 1; length > 0 && PrefixTrie<Ipv4Key>.EndInSameOctet(length, prefix.Length); length--)
        {
            uint cover = _index.Find(table, new IpPrefix(prefix.Address, (byte)length).Network);

            if (cover != 0)
            {
                return cover;
            }
        }

        return 0;
    }

    private void ThrowIfUnfit(IpPrefix prefix)
    {
        if (prefix.HasHostBits)
        {
            throw new ArgumentException($"{prefix} has host bits", nameof(prefix));
        }

        if (_index.IsFull)
        {
            throw new InvalidOperationException($"the store holds {Capacity} routes already");
        }
    }
}
