using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Observe;

internal sealed class IdHistoryTests
{
    private readonly IdHistory _history = new();

    [OneTimeSetUp]
    public void Fill()
    {
        _history.Set(3, 30, generation: 10);
        _history.Set(3, 30, generation: 15);
        _history.Set(3, 40, generation: 20);
        _history.Set(1000, 7, generation: (1UL << 32) + 5);
    }

    [TestCase(10u, 30u)]
    [TestCase(19u, 30u)]
    [TestCase(20u, 40u)]
    [TestCase(99u, 40u)]
    public void TellsWhatAnIndexStoodForUnderAGeneration(uint generation, uint id) => Assert.That(_history.Find(3, generation), Is.EqualTo(id));

    [Test]
    public void TellsWhatAnIndexStoodForLast() => Assert.That(_history.Find(3), Is.EqualTo(40));

    [Test]
    public void KnowsGenerationsByTheirLowerHalf()
    {
        Assert.That(_history.Find(1000, 5), Is.EqualTo(7));
        Assert.That(_history.Find(1000, uint.MaxValue), Is.Zero, "just before");
    }

    [Test]
    public void HasNoneForAnIndexThatNothingHad() => Assert.That((_history.Find(4), _history.Find(5000), _history.Find(5000, 1)), Is.EqualTo((0, 0, 0)));
}
