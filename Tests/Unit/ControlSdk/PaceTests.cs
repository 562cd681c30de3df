using NUnit.Framework;
using VRouter.ControlSdk.Server;
using VRouter.Tests.Unit.Walk;

namespace VRouter.Tests.Unit.ControlSdk;

internal sealed class PaceTests
{
    [Test]
    public void LetsSomeInARowPassAtOnce()
    {
        Pace pace = new(100, new ManualClock());

        for (int n = 0; n < 256; n++)
        {
            Assert.That(pace.WaitAsync(default).AsTask().IsCompletedSuccessfully, Is.True, $"{n}");
        }
    }

    [Test]
    public void EarnsWithTimeWhatItLetPass()
    {
        ManualClock clock = new();
        Pace pace = new(100, clock);

        for (int n = 0; n < 10_000; n++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            Assert.That(pace.WaitAsync(default).AsTask().IsCompletedSuccessfully, Is.True, $"{n}");
        }
    }

    [Test]
    public void SavesNoMoreThanOneBurst()
    {
        ManualClock clock = new();
        Pace pace = new(100, clock);
        clock.Advance(TimeSpan.FromHours(1));

        int passed = 0;

        while (pace.WaitAsync(new CancellationToken(canceled: true)).AsTask().IsCompletedSuccessfully)
        {
            passed++;
        }

        Assert.That(passed, Is.EqualTo(256));
    }
}
