using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// All routes by their exact key, and table by table. A linear hash table (Litwin 1980) in native memory: it grows by one
/// bucket with every route, so no change ever waits for a million others to be moved.
/// </summary>
internal sealed class RouteIndex(int capacity) : IDisposable
{
    private readonly NativeArray<RouteKey> _keys = new(capacity + 1);
    private readonly NativeArray<RouteLink> _links = new(capacity + 1);
    private readonly NativeArray<uint> _buckets = new(capacity + 1);
    private int _bucketCount = 1;
    private int _half = 1;
    private int _count;
    private uint _free;
    private uint _end = 1;

    /// <summary>Bytes a route takes here.</summary>
    public static int BytesPerRoute => Unsafe.SizeOf<RouteKey>() + Unsafe.SizeOf<RouteLink>() + sizeof(uint);

    /// <summary>Whether every id names a route.</summary>
    public bool IsFull => _free == 0 && _end > capacity;

    /// <summary>The key of a route, also of a removed one until it is freed.</summary>
    public RouteKey Key(uint route) => _keys[(int)route];

    /// <summary>The route after this one in its table; 0 at the end.</summary>
    public uint Next(uint route) => _links[(int)route].Next;

    /// <summary>The route of exactly this prefix; 0 when there is none.</summary>
    public uint Find(RouteTable table, IpPrefix prefix)
    {
        var key = new RouteKey(table.Vrf, prefix);
        uint hash = key.Hash();
        uint route = _buckets[Bucket(hash)];

        while (route != 0 && (_links[(int)route].Hash != hash || _keys[(int)route] != key))
        {
            route = _links[(int)route].NextInBucket;
        }

        return route;
    }

    /// <summary>Names a prefix that is not in the table yet.</summary>
    public uint Add(RouteTable table, IpPrefix prefix)
    {
        uint route = TakeId();
        ref RouteKey key = ref _keys[(int)route];
        ref RouteLink link = ref _links[(int)route];

        key = new RouteKey(table.Vrf, prefix);
        link = new RouteLink { Hash = key.Hash(), Next = table.First };

        if (table.First != 0)
        {
            _links[(int)table.First].Previous = route;
        }

        table.First = route;
        table.Count++;
        _count++;
        Push(route, ref link);
        Grow();
        return route;
    }

    /// <summary>Forgets a route; its id and key stay until <see cref="Free"/>.</summary>
    public void Remove(RouteTable table, uint route)
    {
        RouteLink link = _links[(int)route];

        if (link.Next != 0)
        {
            _links[(int)link.Next].Previous = link.Previous;
        }

        if (link.Previous != 0)
        {
            _links[(int)link.Previous].Next = link.Next;
        }
        else
        {
            table.First = link.Next;
        }

        table.Count--;
        _count--;
        RemoveFromBucket(route, link);
    }

    /// <summary>Lets the id of a removed route name another one.</summary>
    public void Free(uint route)
    {
        _links[(int)route].NextInBucket = _free;
        _free = route;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _links.Dispose();
        _buckets.Dispose();
    }

    private uint TakeId()
    {
        uint route = _free;

        if (route == 0)
        {
            return _end++;
        }

        _free = _links[(int)route].NextInBucket;
        return route;
    }

    // Buckets below _bucketCount - _half are split already: one more bit of the hash tells them apart.
    private int Bucket(uint hash)
    {
        int bucket = (int)(hash & (uint)(2 * _half - 1));
        return bucket < _bucketCount ? bucket : bucket - _half;
    }

    private void Push(uint route, ref RouteLink link)
    {
        ref uint bucket = ref _buckets[Bucket(link.Hash)];
        link.NextInBucket = bucket;
        bucket = route;
    }

    private void RemoveFromBucket(uint route, in RouteLink link)
    {
        ref uint at = ref _buckets[Bucket(link.Hash)];

        while (at != route)
        {
            at = ref _links[(int)at].NextInBucket;
        }

        at = link.NextInBucket;
    }

    private void Grow()
    {
        if (_count <= _bucketCount)
        {
            return;
        }

        if (_bucketCount == 2 * _half)
        {
            _half = _bucketCount;
        }

        ref uint split = ref _buckets[_bucketCount - _half];
        uint route = split;
        split = 0;
        _bucketCount++;

        while (route != 0)
        {
            ref RouteLink link = ref _links[(int)route];
            uint next = link.NextInBucket;
            Push(route, ref link);
            route = next;
        }
    }
}
