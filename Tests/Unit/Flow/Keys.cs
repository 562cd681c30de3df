using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

/// <summary>Keys for tests, of both families, by number.</summary>
internal static class Keys
{
    public const int Vrf = 7;

    private static readonly IpAddress s_server = IpAddress.Parse("2001:db8:ffff::1");

    /// <summary>Distinct for distinct numbers below a million, and never the reverse of another.</summary>
    public static FlowKey Of(int number, bool isIpv6 = false, byte protocol = IpProtocol.Tcp) => isIpv6
        ? FlowKey.Of(3, Vrf, IpAddress.FromIpv6(0x2001_0DB8_0000_0000, (uint)number), s_server, protocol, 0xC000_0050)
        : FlowKey.OfIpv4(3, Vrf, 0x0A00_0000 + (uint)number, 0xC0A8_0001, protocol, 0xC000_0050);

    /// <summary>Inserts the flow of a number.</summary>
    public static uint Insert(FlowTable table, int number, FlowClass kind = FlowClass.TcpNew, long now = 0)
    {
        FlowKey key = Of(number, isIpv6: number % 3 == 0);
        return table.Insert(key, key.Reverse(), kind, now);
    }

    /// <summary>The key of a number as <see cref="Insert"/> makes it.</summary>
    public static FlowKey Inserted(int number) => Of(number, isIpv6: number % 3 == 0);
}
