using FsCheck;
using FsCheck.Fluent;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Routing;

/// <summary>One random change of a table: a next hop for a prefix, or none to remove it.</summary>
public readonly record struct RouteStep(IpPrefix Prefix, int NextHop)
{
    // Few different octets, so that prefixes nest, touch and part at every octet.
    private static readonly Gen<byte> s_octet = Gen.Frequency(
        (6, Gen.Elements<byte>(0, 1, 2, 10, 127, 128, 254, 255)),
        (1, Gen.Choose(0, 255).Select(octet => (byte)octet)));

    /// <summary>Sequences of changes of one family's routes.</summary>
    public static Arbitrary<RouteStep[]> Sequences(bool isIpv6) => Arb.From(Step(isIpv6)).Array();

    private static Gen<RouteStep> Step(bool isIpv6) =>
        from prefix in Prefixes(isIpv6)
        from nextHop in Gen.Frequency((2, Gen.Choose(1, 1000)), (1, Gen.Constant(0)))
        select new RouteStep(prefix, nextHop);

    private static Gen<IpPrefix> Prefixes(bool isIpv6) =>
        from octets in s_octet.ArrayOf(isIpv6 ? 16 : 4)
        from shared in Gen.Choose(0, isIpv6 ? 16 : 2)
        from length in Gen.Frequency((3, Gen.Choose(0, 8 * octets.Length)), (1, Gen.Choose(0, octets.Length).Select(octet => 8 * octet)))
        select new IpPrefix(IpAddress.FromBytes(Begin(octets, shared)), (byte)length).Network;

    // Most prefixes begin alike; otherwise none of 128 bits would nest.
    private static byte[] Begin(byte[] octets, int shared) => [.. Enumerable.Repeat((byte)10, shared), .. octets[shared..]];
}
