using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>How flow entries keep an outer source: an IPv4 address as it is, an IPv6 one folded; never 0.</summary>
internal static class OuterMark
{
    public static uint Of(IpAddress outer)
    {
        uint mark = outer.IsIpv6 ? (uint)FlowHash.Combine(outer, outer) : outer.Ipv4;
        return mark == 0 ? 1 : mark;
    }
}
