using System.Runtime.CompilerServices;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class HeaderSizeTest
{
    [Test]
    public void OfEveryHeaderIsThatOfItsBytes()
    {
        Assert.That(Unsafe.SizeOf<EthernetHeader>(), Is.EqualTo(EthernetHeader.Size).And.EqualTo(14));
        Assert.That(Unsafe.SizeOf<VlanHeader>(), Is.EqualTo(VlanHeader.Size).And.EqualTo(4));
        Assert.That(Unsafe.SizeOf<ArpHeader>(), Is.EqualTo(ArpHeader.Size).And.EqualTo(28));
        Assert.That(Unsafe.SizeOf<Ipv4Header>(), Is.EqualTo(Ipv4Header.Size).And.EqualTo(20));
        Assert.That(Unsafe.SizeOf<Ipv6Header>(), Is.EqualTo(Ipv6Header.Size).And.EqualTo(40));
        Assert.That(Unsafe.SizeOf<Ipv6FragmentHeader>(), Is.EqualTo(Ipv6FragmentHeader.Size).And.EqualTo(8));
        Assert.That(Unsafe.SizeOf<UdpHeader>(), Is.EqualTo(UdpHeader.Size).And.EqualTo(8));
        Assert.That(Unsafe.SizeOf<TcpHeader>(), Is.EqualTo(TcpHeader.Size).And.EqualTo(20));
        Assert.That(Unsafe.SizeOf<SctpHeader>(), Is.EqualTo(SctpHeader.Size).And.EqualTo(12));
        Assert.That(Unsafe.SizeOf<IcmpHeader>(), Is.EqualTo(IcmpHeader.Size).And.EqualTo(8));
        Assert.That(Unsafe.SizeOf<Icmpv6Header>(), Is.EqualTo(Icmpv6Header.Size).And.EqualTo(8));
        Assert.That(Unsafe.SizeOf<NeighbourHeader>(), Is.EqualTo(NeighbourHeader.Size).And.EqualTo(24));
        Assert.That(Unsafe.SizeOf<MplsHeader>(), Is.EqualTo(MplsHeader.Size).And.EqualTo(4));
        Assert.That(Unsafe.SizeOf<VxlanHeader>(), Is.EqualTo(VxlanHeader.Size).And.EqualTo(8));
        Assert.That(Unsafe.SizeOf<GreHeader>(), Is.EqualTo(GreHeader.Size).And.EqualTo(4));
    }

    [Test]
    public void OfFieldsIsThatOfTheirBytes()
    {
        Assert.That(Unsafe.SizeOf<UInt16BE>(), Is.EqualTo(2));
        Assert.That(Unsafe.SizeOf<UInt32BE>(), Is.EqualTo(4));
        Assert.That(Unsafe.SizeOf<UInt64BE>(), Is.EqualTo(8));
        Assert.That(Unsafe.SizeOf<MacBytes>(), Is.EqualTo(MacBytes.Size).And.EqualTo(6));
        Assert.That(Unsafe.SizeOf<Ipv6Bytes>(), Is.EqualTo(Ipv6Bytes.Size).And.EqualTo(16));
    }

    [Test]
    public void OfATunnelTemplateIsTwoCacheLinesWithoutReferences()
    {
        Assert.That(Unsafe.SizeOf<TunnelTemplate>(), Is.EqualTo(TunnelTemplate.SizeInBytes).And.EqualTo(128));
        Assert.That(RuntimeHelpers.IsReferenceOrContainsReferences<TunnelTemplate>(), Is.False);
    }
}
