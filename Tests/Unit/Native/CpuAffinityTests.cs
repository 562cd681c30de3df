using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Unit.Native;

public sealed class CpuAffinityTests
{
    [Test]
    public void KnowsAsManyProcessorsAsTheRuntime() =>
        Assert.That(CpuAffinity.Usable(), Has.Count.EqualTo(Environment.ProcessorCount).And.Ordered.Ascending);

    [Test]
    public void PinsTheCurrentThreadAlone()
    {
        int last = CpuAffinity.Usable()[^1];
        IReadOnlyList<int> pinned = [];

        Thread thread = new(() =>
        {
            CpuAffinity.PinCurrentThread(last);
            pinned = CpuAffinity.Usable();
        });
        thread.Start();
        thread.Join();

        Assert.That(pinned, Is.EqualTo(new[] { last }));
        Assert.That(CpuAffinity.Usable(), Has.Count.EqualTo(Environment.ProcessorCount));
    }

    [Test]
    public void SaysWhichProcessorsThereAre() =>
        Assert.That(() => CpuAffinity.PinCurrentThread(8000),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("cpu 8000").And.Message.Contains("Choose among").And.Message.Contains("EINVAL"));
}
