using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class FlowKeyTests
{
    private static readonly FlowKey s_key = FlowKey.OfIpv4(3, 7, 0x0A00_0001, 0x0A00_0002, IpProtocol.Tcp, 0x1F90_0050);

    private static IEnumerable<FlowKey> Others =>
    [
        FlowKey.OfIpv4(4, 7, 0x0A00_0001, 0x0A00_0002, IpProtocol.Tcp, 0x1F90_0050),
        FlowKey.OfIpv4(3, 0x1_0007, 0x0A00_0001, 0x0A00_0002, IpProtocol.Tcp, 0x1F90_0050),
        FlowKey.OfIpv4(3, 7, 0x0A00_0003, 0x0A00_0002, IpProtocol.Tcp, 0x1F90_0050),
        FlowKey.OfIpv4(3, 7, 0x0A00_0001, 0x0A00_0003, IpProtocol.Tcp, 0x1F90_0050),
        FlowKey.OfIpv4(3, 7, 0x0A00_0001, 0x0A00_0002, IpProtocol.Udp, 0x1F90_0050),
        FlowKey.OfIpv4(3, 7, 0x0A00_0001, 0x0A00_0002, IpProtocol.Tcp, 0x1F91_0050),
        FlowKey.OfIpv4(3, 7, 0x0A00_0001, 0x0A00_0002, IpProtocol.Tcp, 0x1F90_0051),
        FlowKey.Of(3, 7, IpAddress.FromIpv6(0, 0x0A00_0001), IpAddress.FromIpv6(0, 0x0A00_0002), IpProtocol.Tcp, 0x1F90_0050),
        FlowKey.Of(3, 7, IpAddress.FromIpv6(1, 0x0A00_0001), IpAddress.FromIpv6(0, 0x0A00_0002), IpProtocol.Tcp, 0x1F90_0050),
        FlowKey.Of(3, 7, IpAddress.FromIpv6(0, 0x0A00_0001), IpAddress.FromIpv6(1, 0x0A00_0002), IpProtocol.Tcp, 0x1F90_0050),
    ];

    [Test]
    public void IsThreeVectors() => Assert.That(Unsafe.SizeOf<FlowKey>(), Is.EqualTo(48));

    [Test]
    public void ShowsWhatItWasMadeOf()
    {
        Assert.That((s_key.Vif, s_key.Vrf, s_key.Protocol, s_key.SourcePort, s_key.DestinationPort), Is.EqualTo((3, 7, IpProtocol.Tcp, 8080, 80)));
        Assert.That((s_key.Source, s_key.Destination), Is.EqualTo((IpAddress.Parse("10.0.0.1"), IpAddress.Parse("10.0.0.2"))));
    }

    [TestCaseSource(nameof(Others))]
    public void DiffersWhereOneFieldDiffers(FlowKey other) => Assert.That(other, Is.Not.EqualTo(s_key));

    [Test]
    public void DiffersFromAllOthers() => Assert.That(Others.Append(s_key), Is.Unique);

    [Test]
    public void IsTheSameHoweverItIsMade() =>
        Assert.That(FlowKey.Of(3, 7, IpAddress.Parse("10.0.0.1"), IpAddress.Parse("10.0.0.2"), IpProtocol.Tcp, 0x1F90_0050), Is.EqualTo(s_key));

    [Test]
    public void HasAReverseWithSidesExchanged() =>
        Assert.That(s_key.Reverse(9, 8), Is.EqualTo(FlowKey.OfIpv4(9, 8, 0x0A00_0002, 0x0A00_0001, IpProtocol.Tcp, 0x0050_1F90)));

    [Test]
    public void KeepsTheIdentifierOfAnEchoBothWays([Values(IpProtocol.Icmp, IpProtocol.Icmpv6)] byte protocol)
    {
        FlowKey request = Keys.Of(1, protocol == IpProtocol.Icmpv6, protocol);
        FlowKey echo = FlowKey.Of(request.Vif, request.Vrf, request.Source, request.Destination, protocol, FlowKey.EchoPorts(0x1234));

        Assert.That((echo.SourcePort, echo.DestinationPort), Is.EqualTo((0x1234, 0)));
        Assert.That((echo.Reverse().SourcePort, echo.Reverse().DestinationPort), Is.EqualTo((0x1234, 0)));
    }

    [Test]
    public void IsTheReverseOfItsReverse()
    {
        Arbitrary<FlowKey> keys =
            (from source in Gen.Choose(int.MinValue, int.MaxValue)
             from destination in Gen.Choose(int.MinValue, int.MaxValue)
             from protocol in Gen.Choose(0, 255)
             from ports in Gen.Choose(int.MinValue, int.MaxValue)
             select FlowKey.OfIpv4(1, 2, (uint)source, (uint)destination, (byte)protocol, (uint)ports)).ToArbitrary();
        Prop.ForAll(keys, key => key.Reverse().Reverse() == key).Check(Config.QuickThrowOnFailure);
    }
}
