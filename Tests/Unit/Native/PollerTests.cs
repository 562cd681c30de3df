using System.Diagnostics;
using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Unit.Native;

public sealed class PollerTests
{
    [Test]
    public void GivesUpWhenTheTimeIsUp()
    {
        using Poller poller = new();
        long start = Stopwatch.GetTimestamp();

        Assert.That(poller.Wait(TimeSpan.FromMilliseconds(20)), Is.Zero);
        Assert.That(Stopwatch.GetElapsedTime(start).TotalMilliseconds, Is.GreaterThanOrEqualTo(19));
    }

    [Test]
    public void IsWokenByAnotherThread()
    {
        using Poller poller = new();
        using Timer timer = new(_ => poller.Wake(), null, 20, Timeout.Infinite);
        long start = Stopwatch.GetTimestamp();

        Assert.That(poller.Wait(TimeSpan.FromSeconds(10)), Is.Zero);
        Assert.That(Stopwatch.GetElapsedTime(start).TotalSeconds, Is.LessThan(5));
    }

    [Test]
    public void RemembersAWakeUpThatCameBefore()
    {
        using Poller poller = new();
        poller.Wake();
        poller.Wake();

        long start = Stopwatch.GetTimestamp();
        poller.Wait(TimeSpan.FromSeconds(10));

        Assert.That(Stopwatch.GetElapsedTime(start).TotalSeconds, Is.LessThan(5));
        Assert.That(poller.Wait(TimeSpan.FromMilliseconds(1)), Is.Zero, "both are forgotten");
    }

    [Test]
    public void WatchesManyDescriptors()
    {
        using Poller poller = new();
        using System.IO.Pipes.AnonymousPipeServerStream pipe = new(System.IO.Pipes.PipeDirection.Out);
        int descriptor = (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
        int[] slots = [.. Enumerable.Range(0, 20).Select(_ => poller.Add(descriptor))];

        Assert.That(poller.Wait(TimeSpan.Zero), Is.Zero);

        pipe.WriteByte(1);
        poller.Remove(slots[3]);

        Assert.That(poller.Wait(TimeSpan.FromSeconds(3)), Is.EqualTo(19));
        Assert.That(slots.Select(poller.IsReadable), Is.EqualTo(slots.Select(slot => slot != slots[3])));
    }

    [Test]
    public void UsesASlotAgain()
    {
        using Poller poller = new();
        int first = poller.Add(0);

        poller.Remove(first);

        Assert.That(poller.Add(0), Is.EqualTo(first));
    }

    [Test]
    public void AllocatesNothingWhileWaiting()
    {
        using Poller poller = new();

        Assert.That(Allocations.Of(() => poller.Wait(TimeSpan.FromMilliseconds(1))), Is.Zero);
    }
}
