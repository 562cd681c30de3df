using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>The far ends of a group's tunnels, each by its first member, immutable.</summary>
internal sealed class TunnelEnds
{
    private readonly IpAddress[] _addresses;
    private readonly uint[] _marks;
    private readonly int[] _members;

    public TunnelEnds(IEnumerable<(IpAddress Address, int Member)> ends)
    {
        (IpAddress Address, int Member)[] distinct = [.. ends.DistinctBy(end => end.Address).OrderBy(end => end.Address)];
        (uint Mark, int Member)[] marked = [.. distinct.Select(end => (OuterMark.Of(end.Address), end.Member)).OrderBy(end => end.Item1)];
        _addresses = [.. distinct.Select(end => end.Address)];
        _marks = [.. marked.Select(end => end.Mark)];
        _members = [.. marked.Select(end => end.Member)];
    }

    public bool Has(IpAddress address) => _addresses.AsSpan().BinarySearch(address) >= 0;

    /// <summary>The member behind a far end, told by its <see cref="OuterMark"/>; -1 = none.</summary>
    public int Find(uint mark)
    {
        int at = _marks.AsSpan().BinarySearch(mark);
        return at >= 0 ? _members[at] : -1;
    }
}
