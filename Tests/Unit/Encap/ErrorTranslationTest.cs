using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

/// <summary>The errors of the drawing at <see cref="Translation"/>, and those that must not go on.</summary>
[TestFixture]
internal sealed class ErrorTranslationTest
{
    // 10.0.0.2:49152 asks 198.51.100.1:53 as 192.0.2.9:1025; the router 203.0.113.5 answers. Summed up by another program.
    private const string FromRouter =
        "45000038000100004001 7cb5 cb007105 c0000209 0b00 9b21 00000000 45000024000100004011 8e8a c0000209 c6336401 040100350010 5598";

    private const string FromRouterInside =
        "45000038000100004001 34bd cb007105 0a000002 0b00 e319 00000000 45000024000100004011 4692 0a000002 c6336401 c00000350010 51a0";

    private static readonly Translation s_reverse = new(IpAddress.Parse("198.51.100.1"), IpAddress.Parse("10.0.0.2"), 0x0035_C000);

    [Test]
    public void OfARouterKeepsItsAddress() => Becomes(FromRouter, FromRouterInside, s_reverse);

    [Test]
    public void OfARouterBehindATranslatedEndLeavesAsThatEnd() =>
        // The way out: the router 10.0.0.1 before 10.0.0.2 about an answer from 198.51.100.1:53.
        Becomes(
            "45000038000100004001 468f 0a000001 c6336401 0b00 e319 00000000 45000024000100004011 4692 c6336401 0a000002 0035c0000010 51a0",
            "45000038000100004001 8e86 c0000209 c6336401 0b00 9b21 00000000 45000024000100004011 8e8a c6336401 c0000209 003504010010 5598",
            new Translation(IpAddress.Parse("192.0.2.9"), IpAddress.Parse("198.51.100.1"), 0x0401_0035));

    [Test]
    public void OfTheOtherEndLeavesWithTheAddressThatWasAsked() =>
        // 10.0.0.2:49152 asks 10.9.9.9:53, which is 198.51.100.1:5353, as 192.0.2.9:1025.
        Becomes(
            "45000040000100004001 8e7e c6336401 c0000209 0303 e95c 00000000 45000024000100004011 8e8a c0000209 c6336401 040114e90010 40e4 6b6f6b6f74696e79",
            "45000040000100004001 5da9 0a090909 0a000002 0303 1a32 00000000 45000024000100004011 5db5 0a000002 0a090909 c00000350010 68c3 6b6f6b6f74696e79",
            new Translation(IpAddress.Parse("10.9.9.9"), IpAddress.Parse("10.0.0.2"), 0x0035_C000));

    [Test]
    public void OfAGuestLeavesWithItsFloatingIp() =>
        // 198.51.100.1:49152 asks the floating IP 192.0.2.9:53, whose guest is 10.0.0.2:5353 and does not listen.
        Becomes(
            "45000040000100004001 4686 0a000002 c6336401 0303 3155 00000000 45000024000100004011 4692 c6336401 0a000002 c00014e90010 3cec 6b6f6b6f74696e79",
            "45000040000100004001 8e7e c0000209 c6336401 0303 e95c 00000000 45000024000100004011 8e8a c6336401 c0000209 c00000350010 9998 6b6f6b6f74696e79",
            new Translation(IpAddress.Parse("192.0.2.9"), IpAddress.Parse("198.51.100.1"), 0x0035_C000));

    [Test]
    public void OfAGuestLeavesWithItsFloatingIpOverIpv6() =>
        Becomes(
            "6000000000403a40 fd000000000000000000000000000002 20010db8000100000000000000000001 0104 6294 00000000"
                + "6000000000101140 20010db8000100000000000000000001 fd000000000000000000000000000002 c00014e90010 4665 6b6f6b6f74696e79",
            "6000000000403a40 20010db8000000000000000000000009 20010db8000100000000000000000001 0104 31d5 00000000"
                + "6000000000101140 20010db8000100000000000000000001 20010db8000000000000000000000009 c00000350010 2a5a 6b6f6b6f74696e79",
            new Translation(IpAddress.Parse("2001:db8::9"), IpAddress.Parse("2001:db8:1::1"), 0x0035_C000));

    [Test]
    public void OverIpv6CountsThePseudoHeader() =>
        Becomes(
            "60000000004c3a40 20010db8000f00000000000000000005 20010db8000000000000000000000009 0200 36b0 00000500"
                + "60000000001c0640 20010db8000000000000000000000009 20010db8000100000000000000000001 0401005001020304050607085018faf0 8b30 0000 6b6f6b6f74696e79",
            "60000000004c3a40 20010db8000f00000000000000000005 fd000000000000000000000000000002 0200 676f 00000500"
                + "60000000001c0640 fd000000000000000000000000000002 20010db8000100000000000000000001 c000005001020304050607085018faf0 ffef 0000 6b6f6b6f74696e79",
            new Translation(IpAddress.Parse("2001:db8:1::1"), IpAddress.Parse("fd00::2"), 0x0050_C000));

    [Test]
    public void ToAnotherThanTheQuotesSourceIsRefused()
    {
        IsRefused(Wire.Bytes(FromRouter).With(19, 8), s_reverse);
        IsRefused(Wire.Bytes(FromRouter).With(28 + 15, 8), s_reverse);
    }

    [Test]
    public void AboutAnErrorIsRefused()
    {
        byte[] about = Wire.Bytes(FromRouter).With(28 + 9, IpProtocol.Icmp).With(48, IcmpType.TimeExceeded);
        IsRefused(about, s_reverse);
    }

    [Test]
    public void ThatIsARedirectIsRefused() => IsRefused(Wire.Bytes(FromRouter).With(20, IcmpType.Redirect), s_reverse);

    [Test]
    public void IntoTheOtherFamilyIsRefused() =>
        IsRefused(Wire.Bytes(FromRouter), new Translation(IpAddress.Parse("2001:db8:1::1"), IpAddress.Parse("fd00::2"), 0x0035_C000));

    [Test]
    public void WhoseQuoteIsCutOffIsRefused()
    {
        byte[] packet = Wire.Bytes(FromRouter);
        Assert.That(IcmpQuote.TryRead(packet.AsSpan(20), isIpv6: false, out IcmpQuote quote), Is.True);

        for (int length = 0; length < packet.Length; length++)
        {
            Assert.That(AddressTranslation.ApplyToError(packet.AsSpan(0, length), 20, in quote, in s_reverse), Is.False);
        }

        Assert.That(packet, Is.EqualTo(Wire.Bytes(FromRouter)));
    }

    [Test]
    public void WithoutAQuoteIsRefused() =>
        Assert.That(AddressTranslation.ApplyToError(new byte[100].With(0, 0x45), Ipv4Header.Size, default, in s_reverse), Is.False);

    private static void Becomes(string before, string after, Translation translation)
    {
        byte[] packet = Wire.Bytes(before);

        Assert.That(TryApply(packet, translation), Is.True);
        Assert.That(packet, Is.EqualTo(Wire.Bytes(after)));
    }

    private static void IsRefused(byte[] packet, Translation translation)
    {
        byte[] before = [.. packet];

        Assert.That(TryApply(packet, translation), Is.False);
        Assert.That(packet, Is.EqualTo(before));
    }

    private static bool TryApply(byte[] packet, Translation translation)
    {
        bool isIpv6 = packet[0] >> 4 == 6;
        int icmp = isIpv6 ? Ipv6Header.Size : Ipv4Header.Size;

        Assert.That(IcmpQuote.TryRead(packet.AsSpan(icmp), isIpv6, out IcmpQuote quote), Is.True);
        return AddressTranslation.ApplyToError(packet, icmp, in quote, in translation);
    }
}
