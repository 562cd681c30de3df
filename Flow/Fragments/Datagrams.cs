using System.Numerics;
using VRouter.Native;

namespace VRouter.Flow;

/// <summary>The datagrams of a <see cref="FragmentTable"/>, by key and by age.</summary>
internal sealed class Datagrams(FlowSeed seed, FragmentLimits limits, int vifs) : IDisposable
{
    private readonly FlowHasher _hasher = new(seed);
    private readonly NativeArray<Datagram> _items = new(limits.Datagrams + 1);
    private readonly NativeArray<uint> _buckets = new((int)BitOperations.RoundUpToPowerOf2((uint)limits.Datagrams));
    private readonly NativeArray<int> _ofVif = new(vifs);
    private uint _free;
    private uint _end = 1;
    private uint _newest;

    /// <summary>The one that came first of all; 0 = none.</summary>
    public uint Oldest { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public ref Datagram this[uint datagram] => ref _items[(int)datagram];

    /// <summary>The datagram of a key; 0 = none.</summary>
    public uint Find(in FlowKey key)
    {
        uint datagram = Bucket(in key);

        while (datagram != 0 && this[datagram].Key != key)
        {
            datagram = this[datagram].NextInBucket;
        }

        return datagram;
    }

    /// <summary>Begins a datagram; 0 = no room.</summary>
    public uint Add(in FlowKey key, ushort vif, long now)
    {
        if (_ofVif[vif] >= limits.DatagramsAVif || Count >= limits.Datagrams)
        {
            return 0;
        }

        uint datagram = TakeFree();
        ref uint bucket = ref Bucket(in key);
        this[datagram] = new Datagram { Key = key, Started = now, Vif = vif, NextInBucket = bucket };
        bucket = datagram;
        Append(datagram);
        _ofVif[vif]++;
        Count++;
        return datagram;
    }

    public void Remove(uint datagram)
    {
        ref Datagram gone = ref this[datagram];
        RemoveFromBucket(datagram, in gone);
        RemoveFromAges(in gone);
        _ofVif[gone.Vif]--;
        Count--;

        gone = new Datagram { Newer = _free };
        _free = datagram;
    }

    /// <summary>Removes all of a vif, with 0 all of them.</summary>
    public void RemoveOf(ushort vif)
    {
        for (uint datagram = Oldest; datagram != 0;)
        {
            uint newer = this[datagram].Newer;

            if (vif == 0 || this[datagram].Vif == vif)
            {
                Remove(datagram);
            }

            datagram = newer;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _items.Dispose();
        _buckets.Dispose();
        _ofVif.Dispose();
    }

    private ref uint Bucket(in FlowKey key) => ref _buckets[(int)(_hasher.Hash(in key) & (uint)(_buckets.Length - 1))];

    private uint TakeFree()
    {
        if (_free == 0)
        {
            return _end++;
        }

        uint datagram = _free;
        _free = this[datagram].Newer;
        return datagram;
    }

    private void Append(uint datagram)
    {
        if (_newest == 0)
        {
            Oldest = datagram;
        }
        else
        {
            this[_newest].Newer = datagram;
            this[datagram].Older = _newest;
        }

        _newest = datagram;
    }

    private void RemoveFromAges(in Datagram gone)
    {
        if (gone.Older == 0)
        {
            Oldest = gone.Newer;
        }
        else
        {
            this[gone.Older].Newer = gone.Newer;
        }

        if (gone.Newer == 0)
        {
            _newest = gone.Older;
        }
        else
        {
            this[gone.Newer].Older = gone.Older;
        }
    }

    private void RemoveFromBucket(uint datagram, in Datagram gone)
    {
        ref uint at = ref Bucket(in gone.Key);

        while (at != datagram)
        {
            at = ref this[at].NextInBucket;
        }

        at = gone.NextInBucket;
    }
}
