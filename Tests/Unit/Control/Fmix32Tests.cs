using System.Runtime.Intrinsics;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Control;

[TestFixture]
internal sealed class Fmix32Tests
{
    // MurmurHash3's own finalizer (SMHasher, MurmurHash3.cpp).
    [TestCase(0u, 0u)]
    [TestCase(1u, 0x514E28B7u)]
    [TestCase(0xFFFFFFFFu, 0x81F16F39u)]
    public void MixesAsMurmurHash3Does(uint value, uint mixed) => Assert.That(Fmix32.Mix(value), Is.EqualTo(mixed));

    [Test]
    public void IsUndone() => Assert.That(Numbers().Where(value => Fmix32.Undo(Fmix32.Mix(value)) != value), Is.Empty);

    [Test]
    public void MixesVectorsAlike()
    {
        foreach (uint value in Numbers().Take(1000))
        {
            Assert.That(Fmix32.Mix(Vector256.Create(value))[3], Is.EqualTo(Fmix32.Mix(value)));
            Assert.That(Fmix32.Mix(Vector512.Create(value))[15], Is.EqualTo(Fmix32.Mix(value)));
        }
    }

    private static IEnumerable<uint> Numbers() => Enumerable.Range(0, 100_000).Select(i => (uint)i * 0x9E37_79B1);
}
