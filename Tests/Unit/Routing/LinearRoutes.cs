using VRouter.Encap;

namespace VRouter.Tests.Unit.Routing;

/// <summary>Routes as a list that is read from end to end: what a <see cref="Forwarding.RouteStore"/> must agree with.</summary>
internal sealed class LinearRoutes
{
    private readonly Dictionary<IpPrefix, int> _nextHops;

    public LinearRoutes() => _nextHops = [];

    private LinearRoutes(LinearRoutes other) => _nextHops = new(other._nextHops);

    public IReadOnlyDictionary<IpPrefix, int> NextHops => _nextHops;

    public void Set(IpPrefix prefix, int nextHop) => _nextHops[prefix] = nextHop;

    public bool Remove(IpPrefix prefix) => _nextHops.Remove(prefix);

    public LinearRoutes Copy() => new(this);

    /// <summary>The next hop of the longest prefix that holds the address; 0 when there is none.</summary>
    public int Lookup(IpAddress address)
    {
        (int length, int nextHop) best = (-1, 0);

        foreach ((IpPrefix prefix, int nextHop) in _nextHops)
        {
            if (prefix.Length > best.length && prefix.Contains(address))
            {
                best = (prefix.Length, nextHop);
            }
        }

        return best.nextHop;
    }

    /// <summary>The addresses where an error would show: both ends of every prefix, and their neighbours outside.</summary>
    public IEnumerable<IpAddress> Edges() => _nextHops.Keys.SelectMany(Edges);

    public static IEnumerable<IpAddress> Edges(IpPrefix prefix)
    {
        UInt128 first = ToNumber(prefix.Address);
        UInt128 last = first | (prefix.Length == 0 ? UInt128.MaxValue : (UInt128.One << (prefix.Address.Bits - prefix.Length)) - 1);

        return from number in (UInt128[])[first, last, first - 1, last + 1, first + (last - first) / 2]
               select FromNumber(number, prefix.IsIpv6);
    }

    private static UInt128 ToNumber(IpAddress address) => new(address.High, address.Low);

    private static IpAddress FromNumber(UInt128 number, bool isIpv6) => isIpv6
        ? IpAddress.FromIpv6((ulong)(number >> 64), (ulong)number)
        : IpAddress.FromIpv4((uint)number);
}
