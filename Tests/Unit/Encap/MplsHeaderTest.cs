using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class MplsHeaderTest
{
    [Test]
    public void IsReadWithItsPayload()
    {
        byte[] bytes = Wire.Bytes("fffffeff", "45");

        Assert.That(Layer<MplsHeader>.TryRead(bytes, out Layer<MplsHeader> mpls), Is.True);
        Assert.That(mpls.Header.Label, Is.EqualTo(new MplsLabel(MplsLabel.Maximum)));
        Assert.That(mpls.Header.Exp, Is.EqualTo(7));
        Assert.That(mpls.Header.IsBottom, Is.False);
        Assert.That(mpls.Header.Ttl, Is.EqualTo(255));
        Assert.That(mpls.Payload.ToArray(), Is.EqualTo(Wire.Bytes("45")));
    }

    [Test]
    public void IsWrittenAsTheBottomOfItsStack()
    {
        MplsHeader header = new(new MplsLabel(48), 63);

        Assert.That(Wire.Emitted(header), Is.EqualTo(Wire.Bytes("0003013f")));
        Assert.That(header is { Label.Value: 48, Exp: 0, IsBottom: true, Ttl: 63 }, Is.True);
    }

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<MplsHeader>(Wire.Bytes("0003013f"), MplsHeader.Size);
}
