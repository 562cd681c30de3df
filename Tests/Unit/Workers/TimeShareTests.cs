using System.Diagnostics;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Workers;

[TestFixture]
public sealed class TimeShareTests
{
    private const int Batch = 64;

    private static readonly long s_nanosecond = Math.Max(1, Stopwatch.Frequency / 1_000_000_000);

    [Test]
    public void LastsForMorePacketsTheCheaperTheyAre()
    {
        TimeShare cheap = WithPacketsOf(nanoseconds: 50), dear = WithPacketsOf(nanoseconds: 1000);
        cheap.Begin();
        dear.Begin();

        Assert.That(cheap.PacketsLeft(256), Is.GreaterThan(10 * dear.PacketsLeft(256)));
    }

    [Test]
    public void OwesWhatItHasOverspent()
    {
        TimeShare share = WithPacketsOf(nanoseconds: 1000);
        share.Begin();
        share.Spend(Batch * 1000 * s_nanosecond, Batch, setUps: 0);

        Assert.That(RoundsWithoutCredit(share), Is.GreaterThan(4));
    }

    [Test]
    public void OwesNothingForTimeThatItsThreadDidNotHave()
    {
        TimeShare share = WithPacketsOf(nanoseconds: 50);
        share.Begin();
        share.Spend(Stopwatch.Frequency, Batch, setUps: 0);

        Assert.That(RoundsWithoutCredit(share), Is.LessThan(5));
    }

    private static TimeShare WithPacketsOf(int nanoseconds)
    {
        var share = new TimeShare();

        for (int i = 0; i < 100; i++)
        {
            share.Begin();
            share.Spend(Batch * nanoseconds * s_nanosecond, Batch, setUps: 0);
        }

        while (!share.HasCredit)
        {
            share.Begin();
        }

        return share;
    }

    private static int RoundsWithoutCredit(TimeShare share)
    {
        int rounds = 0;

        for (; !share.HasCredit; rounds++)
        {
            share.Begin();
        }

        return rounds;
    }
}
