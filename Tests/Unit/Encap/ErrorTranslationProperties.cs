using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class ErrorTranslationProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(500);

    private static readonly Gen<QuotingError> s_errors =
        from quoted in Gen.OneOf(FlowPackets.Whole, FlowPackets.Fragments)
        from outside in FlowPackets.FlowsOf(quoted.IsIpv6)
        from anyInside in FlowPackets.FlowsOf(quoted.IsIpv6)
        from isEndKept in Gen.Elements(false, true)
        let inside = isEndKept ? anyInside with { Destination = outside.Destination } : anyInside
        from between in FlowPackets.BetweenOf(quoted.IsIpv6)
        from router in FlowPackets.FlowsOf(quoted.IsIpv6)
        from isFromEnd in Gen.Elements(false, true)
        from type in quoted.IsIpv6 ? Gen.Elements<byte>(1, 2, 3, 4) : Gen.Elements<byte>(3, 4, 11, 12)
        from place in Gen.Choose(0, 1500)
        select new QuotingError(quoted, outside, inside, between, isFromEnd ? outside.Destination : router.Source, type, place);

    [Test]
    public void MakesTheErrorThatWouldHaveBeenSent() => Prop.ForAll(s_errors.ToArbitrary(), error => IsTranslated(error, error.Cut)).Check(s_config);

    [Test]
    public void MakesTheErrorThatWouldHaveBeenSentWhereverItsQuoteIsCut() => Prop.ForAll(s_errors.ToArbitrary(), error =>
    {
        for (int cut = error.LeastCut; cut <= Math.Min(error.LeastCut + 24, error.MostCut); cut++)
        {
            IsTranslated(error, cut);
        }
    }).Check(s_config.WithMaxTest(100));

    [Test]
    public void ThereAndBackLeavesEveryByteAsItWas() => Prop.ForAll(s_errors.Where(error => error.IsSenderTold).ToArbitrary(), error =>
    {
        byte[] bytes = error.Outside(error.Cut);

        bool there = TryApply(bytes, error, error.Translation);
        bool back = TryApply(bytes, error, error.TranslationBack);

        Assert.That(there && back, Is.True);
        Assert.That(bytes, Is.EqualTo(error.Outside(error.Cut)));
    }).Check(s_config);

    [Test]
    public void OfAnythingThrowsNothingAndWritesNowhereElse() => Prop.ForAll(s_hostile.ToArbitrary(), hostile =>
    {
        (byte[] bytes, int icmp, IcmpQuote other, Translation translation) = hostile;

        foreach (bool isOther in new[] { false, true })
        {
            PoisonedBuffer buffer = new(64, bytes.Length, 64);
            bytes.CopyTo(buffer.Room);
            IcmpQuote quote = other;

            if (!isOther && (icmp < 0 || icmp > bytes.Length || !IcmpQuote.TryRead(buffer.Room[icmp..], bytes.Length > 0 && bytes[0] >> 4 == 6, out quote)))
            {
                continue;
            }

            bool applied = AddressTranslation.ApplyToError(buffer.Room, icmp, in quote, in translation);

            Assert.That(buffer.IsUntouchedAround, Is.True);
            Assert.That(applied || buffer.Room.SequenceEqual(bytes), Is.True);
        }
    }).Check(s_config.WithMaxTest(5000));

    // Bytes changed and cut off, offsets that are wrong, and the quote of some other error.
    private static readonly Gen<(byte[] Bytes, int Icmp, IcmpQuote Other, Translation Translation)> s_hostile =
        from error in s_errors
        from other in s_errors
        from changes in (from at in Gen.Choose(0, 120) from value in Gen.Elements<byte>(0, 1, 6, 17, 44, 58, 60, 132, 0x45, 0x4F, 0x60, 0xFF) select (at, value)).ArrayOf(3)
        from length in Gen.OneOf(Gen.Constant(2000), Gen.Choose(0, 160))
        from icmp in Gen.OneOf(Gen.Constant(error.Icmp), Gen.Constant(error.Icmp), Gen.Choose(-1, 100), Gen.Elements(int.MinValue, int.MaxValue))
        let bytes = changes.Aggregate(error.Outside(error.Cut), (each, change) => each.With(change.at % each.Length, change.value))
        select (bytes[..Math.Min(length, bytes.Length)], icmp, other.Quote, error.Translation);

    private static void IsTranslated(QuotingError error, int cut)
    {
        byte[] bytes = error.Outside(cut);
        PoisonedBuffer buffer = new(16, bytes.Length, 16);
        bytes.CopyTo(buffer.Room);

        Assert.That(TryApply(buffer.Room, error, error.Translation), Is.True);
        Assert.That(buffer.IsUntouchedAround, Is.True);
        Assert.That(buffer.Room.ToArray(), Is.EqualTo(error.Inside(cut)), $"{cut} bytes quoted of {error.Quoted}");
    }

    private static bool TryApply(Span<byte> packet, QuotingError error, Translation translation)
    {
        Assert.That(IcmpQuote.TryRead(packet[error.Icmp..], error.Quoted.IsIpv6, out IcmpQuote quote), Is.True);
        return AddressTranslation.ApplyToError(packet, error.Icmp, in quote, in translation);
    }
}
