using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class FieldTest
{
    [Test]
    public void LiesInNetworkOrder()
    {
        Assert.That(Wire.Emitted<UInt16BE>(0x0102), Is.EqualTo(Wire.Bytes("0102")));
        Assert.That(Wire.Emitted<UInt32BE>(0x01020304u), Is.EqualTo(Wire.Bytes("01020304")));
        Assert.That(Wire.Emitted<UInt64BE>(0x0102030405060708ul), Is.EqualTo(Wire.Bytes("0102030405060708")));
        Assert.That(Wire.Emitted<MacBytes>(MacAddress.Parse("02:5a:1f:c0:3e:f7")), Is.EqualTo(Wire.Bytes("025a1fc03ef7")));
        Assert.That(Wire.Emitted<Ipv6Bytes>(IpAddress.Parse("2001:db8::1")), Is.EqualTo(Wire.Bytes("20010db8000000000000000000000001")));
    }

    [Test]
    public void GivesBackWhatWasSet() => Prop.ForAll<ulong, ulong>((high, low) =>
    {
        UInt16BE u16 = (ushort)low;
        UInt32BE u32 = (uint)low;
        UInt64BE u64 = low;
        MacAddress mac = new(low & 0xFFFF_FFFF_FFFF);
        MacBytes macBytes = mac;
        IpAddress address = IpAddress.FromIpv6(high, low);
        Ipv6Bytes addressBytes = address;

        return u16 == (ushort)low && u32 == (uint)low && u64 == low && macBytes == mac && addressBytes == address;
    }).Check(Config.QuickThrowOnFailure);
}
