using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>A set of addresses told by prefixes, immutable; those that lie in another one are left out.</summary>
internal sealed class PrefixSet
{
    private readonly IpPrefix[] _prefixes;
    private readonly IpAddress[] _starts;

    public PrefixSet(IEnumerable<IpPrefix> prefixes)
    {
        List<IpPrefix> apart = [];

        foreach (IpPrefix prefix in prefixes.OrderBy(prefix => prefix.Address).ThenBy(prefix => prefix.Length))
        {
            if (apart.Count == 0 || !apart[^1].Contains(prefix.Address))
            {
                apart.Add(prefix);
            }
        }

        _prefixes = [.. apart];
        _starts = [.. apart.Select(prefix => prefix.Address)];
    }

    public bool IsEmpty => _prefixes.Length == 0;

    public bool Contains(IpAddress address)
    {
        int at = _starts.AsSpan().BinarySearch(address);
        at = at < 0 ? ~at - 1 : at;
        return at >= 0 && _prefixes[at].Contains(address);
    }
}
