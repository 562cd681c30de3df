using System.Runtime.InteropServices;
using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>The remotes that rules of one IP version name, each with a number from 0 on; and how the prefixes among them nest.</summary>
internal sealed class RemoteSet
{
    private readonly Dictionary<IpPrefix, int> _prefixes = [];
    private readonly List<(UInt128 Start, int Value)> _ranges = [(0, Remote.Everyone)];
    private readonly Stack<(UInt128 Last, int Remote)> _open = [];

    /// <summary>For each remote the prefix around it, where <see cref="MapPrefixes"/> has found it.</summary>
    public List<int> Outer { get; } = [Remote.None];

    /// <summary>The remotes that are groups.</summary>
    public Dictionary<SecurityGroupId, int> Groups { get; } = [];

    public int Of(SecurityRule rule)
    {
        // Every address of the version is everyone.
        if (rule.RemotePrefix is { Length: > 0 } prefix)
        {
            return NumberOf(_prefixes, prefix);
        }

        return rule.RemoteGroup is { } group ? NumberOf(Groups, group) : Remote.Everyone;
    }

    /// <summary>The map from an address to the longest prefix.</summary>
    public PrefixMap MapPrefixes()
    {
        foreach ((IpPrefix prefix, int remote) in _prefixes.OrderBy(entry => PrefixMap.Place(entry.Key.Address)).ThenBy(entry => entry.Key.Length))
        {
            Begin(prefix, remote);
        }

        while (_open.Count > 0)
        {
            End();
        }

        return new PrefixMapBuilder(_ranges).Build();
    }

    private int NumberOf<TKey>(Dictionary<TKey, int> numbers, TKey key) where TKey : struct
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, key, out bool exists);

        if (!exists)
        {
            number = Outer.Count;
            Outer.Add(Remote.None);
        }

        return number;
    }

    private int Innermost => _open.TryPeek(out (UInt128 Last, int Remote) open) ? open.Remote : Remote.Everyone;

    private void Begin(IpPrefix prefix, int remote)
    {
        UInt128 first = PrefixMap.Place(prefix.Address);

        while (_open.TryPeek(out (UInt128 Last, int Remote) open) && open.Last < first)
        {
            End();
        }

        Outer[remote] = Innermost;
        Show(first, remote);
        _open.Push((first | HostBits(prefix.Length), remote));
    }

    // A shift by 128 would be one by none.
    private static UInt128 HostBits(int length) => length == 128 ? 0 : UInt128.MaxValue >> length;

    private void End()
    {
        UInt128 last = _open.Pop().Last;

        if (last != UInt128.MaxValue)
        {
            Show(last + 1, Innermost);
        }
    }

    // From there on, this remote is the longest prefix; what began at the same place is wider, or has just ended.
    private void Show(UInt128 start, int remote)
    {
        if (_ranges[^1].Start == start)
        {
            _ranges.RemoveAt(_ranges.Count - 1);
        }

        _ranges.Add((start, remote));
    }
}
