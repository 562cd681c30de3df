using System.Numerics;
using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Flow;

/// <summary>Finding flows. A batch waits for memory once a step, not once a packet.</summary>
public sealed partial class FlowTable
{
    /// <summary>The most keys of one <see cref="Lookup"/>.</summary>
    public const int MostKeys = 256;

    /// <summary>The entry of a key; 0 = none.</summary>
    public uint Find(in FlowKey key) => Find(in key, _hasher.Hash(in key));

    /// <summary>The hash of a key, for the three steps of a lookup that a caller takes batch by batch: ask, match, confirm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(in FlowKey key) => _hasher.Hash(in key);

    /// <summary>Makes a key of IPv4 and hashes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint HashIpv4(out FlowKey key, ushort vif, int vrf, uint source, uint destination, byte protocol, uint ports) =>
        _hasher.HashIpv4(out key, vif, vrf, source, destination, protocol, ports);

    /// <summary>First step: asks for the memory that a hash is looked up in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask(uint hash) => Prefetch.Read(ref _index.Home(hash));

    /// <summary>Second step: the entry that a hash leads to first, which may be another key's; 0 = none at home. Asks for its memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Match(uint hash)
    {
        uint entry = FirstMatch(ref _index.Home(hash), hash);

        if (entry == 0)
        {
            Prefetch.Read(ref _index.Other(hash));
        }
        else
        {
            PrefetchFlow(entry);
        }

        return entry;
    }

    /// <summary>Asks for the other direction of an entry: what packets are translated by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AskPeer(uint entry) => Prefetch.Read(ref _pairs.Entry(Peer(entry)));

    /// <summary>Third step: the entry of the key; the match if it is right, else the long way; 0 = none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Confirm(uint match, in FlowKey key, uint hash) =>
        match != 0 && FlowKey.Equals(in _pairs.Entry(match).Key, in key) ? match : Find(in key, hash);

    /// <summary>
    /// Finds the entries of up to <see cref="MostKeys"/> keys; 0 = none. What is found lies in the cache. A key that was not found may be in the
    /// table by the time its packet comes: another packet of the batch may have set it up.
    /// </summary>
    public void Lookup(ReadOnlySpan<FlowKey> keys, Span<uint> entries)
    {
        Span<uint> hashes = stackalloc uint[MostKeys];
        hashes = hashes[..keys.Length];
        entries = entries[..keys.Length];

        for (int i = 0; i < keys.Length; i++)
        {
            hashes[i] = _hasher.Hash(in keys[i]);
            Prefetch.Read(ref _index.Home(hashes[i]));
        }

        for (int i = 0; i < keys.Length; i++)
        {
            entries[i] = FirstMatch(ref _index.Home(hashes[i]), hashes[i]);

            if (entries[i] == 0)
            {
                Prefetch.Read(ref _index.Other(hashes[i]));
            }
            else
            {
                PrefetchFlow(entries[i]);
            }
        }

        Confirm(keys, hashes, entries);
    }

    private void Confirm(ReadOnlySpan<FlowKey> keys, ReadOnlySpan<uint> hashes, Span<uint> entries)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            // Nothing has this hash at home, or what has it is another key's: then the long way.
            if (entries[i] == 0 || !FlowKey.Equals(in _pairs.Entry(entries[i]).Key, in keys[i]))
            {
                entries[i] = Find(in keys[i], hashes[i]);
            }
        }
    }

    private uint Find(in FlowKey key, uint hash)
    {
        uint entry = FindIn(ref _index.Home(hash), in key, hash);
        return entry != 0 ? entry : FindIn(ref _index.Other(hash), in key, hash);
    }

    private uint FindIn(ref FlowBucket bucket, in FlowKey key, uint hash)
    {
        for (uint matches = bucket.Matches(hash); matches != 0; matches &= matches - 1)
        {
            uint entry = bucket.Entry(BitOperations.TrailingZeroCount(matches));

            if (FlowKey.Equals(in _pairs.Entry(entry).Key, in key))
            {
                return entry;
            }
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FirstMatch(ref FlowBucket bucket, uint hash)
    {
        uint matches = bucket.Matches(hash);
        return matches == 0 ? 0 : bucket.Entry(BitOperations.TrailingZeroCount(matches));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchFlow(uint entry)
    {
        Prefetch.Read(ref _pairs.Entry(entry));
        Prefetch.Read(ref _pairs[entry >> 1].State);
    }
}
