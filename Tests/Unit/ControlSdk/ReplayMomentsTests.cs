using NUnit.Framework;
using VRouter.ControlSdk.Server;

namespace VRouter.Tests.Unit.ControlSdk;

internal sealed class ReplayMomentsTests
{
    private const long Start = 1_700_000_000_123_456_789;

    private readonly ReplayMoments _moments = new(Start);

    [OneTimeSetUp]
    public void Fill()
    {
        _moments.Add(Start);
        _moments.Add(Start + 1_000_007);
        _moments.Add(Start + 1_900_000);
        _moments.Add(Start + 5_999_999);
        _moments.Add(Start + 6_000_000);
    }

    [TestCase(0, 0)]
    [TestCase(1, 1_000_007)]
    [TestCase(5, 5_999_999)]
    [TestCase(6, 6_000_000)]
    public void TellsTheFirstOfAMillisecond(long milliseconds, long nanoseconds) => Assert.That(_moments.Find(milliseconds) - Start, Is.EqualTo(nanoseconds));

    [TestCase(3)]
    [TestCase(7)]
    public void TellsTheMillisecondItselfWhereNothingHappened(long milliseconds) => Assert.That(_moments.Find(milliseconds) - Start, Is.EqualTo(milliseconds * 1_000_000));
}
