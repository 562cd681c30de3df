using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Unit.Native;

/// <summary>A producer and a consumer over the same memory, as the kernel's end and ours.</summary>
public sealed class XdpRingTests
{
    private const int Size = 8;

    [TestCase(0u)]
    [TestCase(uint.MaxValue - 3)]
    [TestCase((uint)int.MaxValue - 3)]
    public void GivesBackWhatWasPutInAcrossTheWrapOfItsCounters(uint first)
    {
        using Ring ring = new(first);

        for (ulong i = 0; i < 50; i += 5)
        {
            Assert.That(ring.Put([i, i + 1, i + 2, i + 3, i + 4]), Is.EqualTo(5));
            Assert.That(ring.Take(8), Is.EqualTo(new[] { i, i + 1, i + 2, i + 3, i + 4 }));
        }
    }

    [Test]
    public void IsFullWhenItsSlotsAreTaken()
    {
        using Ring ring = new(uint.MaxValue - 2);

        Assert.That(ring.Put(new ulong[Size + 3]), Is.EqualTo(Size));
        Assert.That(ring.Producer.Reserve(1), Is.Zero);
        Assert.That(ring.Producer.Pending, Is.EqualTo(Size));

        ring.Take(3);
        Assert.That(ring.Producer.Reserve(Size), Is.EqualTo(3));
    }

    [Test]
    public void ShowsNothingBeforeItIsSubmitted()
    {
        using Ring ring = new(0);

        ring.Producer.Reserve(1);
        ring.Producer[0] = 7;

        Assert.That(ring.Consumer.Peek(1), Is.Zero);
    }

    [Test]
    public void NeverBelievesInMoreEntriesThanItHasSlots()
    {
        using Ring ring = new(0);

        ring.SetProducer(1_000_000);

        Assert.That(ring.Consumer.Peek(int.MaxValue), Is.EqualTo(Size));
    }

    [Test]
    public void ReadsTheWishToBeWoken()
    {
        using Ring ring = new(0);
        Assert.That(ring.Producer.NeedsWakeup, Is.False);

        ring.SetFlags(1);
        Assert.That(ring.Producer.NeedsWakeup, Is.True);
    }

    [Test]
    public void BehavesLikeAQueue() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll<uint, int[]>((first, steps) =>
    {
        using Ring ring = new(first);
        Queue<ulong> model = [];
        ulong next = 0;

        foreach (int step in steps)
        {
            int count = Math.Abs(step % (Size + 2));

            if (step > 0)
            {
                ulong[] items = [.. Enumerable.Range(0, count).Select(_ => next++)];
                int put = ring.Put(items);
                Assert.That(put, Is.EqualTo(Math.Min(count, Size - model.Count)));
                items.Take(put).ToList().ForEach(model.Enqueue);
            }
            else
            {
                ulong[] taken = ring.Take(count);
                Assert.That(taken, Is.EqualTo(model.Take(count)));
                taken.ToList().ForEach(_ => model.Dequeue());
            }
        }
    }));

    private sealed class Ring : IDisposable
    {
        private readonly NativeArray<uint> _counters = new(16 + 2 * Size);

        internal Ring(uint first)
        {
            _counters[0] = _counters[1] = first;
            nint start = _counters.Address;
            RingLayout layout = new(start, start + 4, start + 8, start + 64, Size);
            Producer = new ProducerRing<ulong>(layout);
            Consumer = new ConsumerRing<ulong>(layout);
        }

        internal ProducerRing<ulong> Producer { get; }

        internal ConsumerRing<ulong> Consumer { get; }

        internal void SetProducer(uint value) => _counters[0] = value;

        internal void SetFlags(uint value) => _counters[2] = value;

        internal int Put(ulong[] items)
        {
            int room = Producer.Reserve(items.Length);

            for (int i = 0; i < room; i++)
            {
                Producer[i] = items[i];
            }

            Producer.Submit(room);
            return room;
        }

        internal ulong[] Take(int wanted)
        {
            int count = Consumer.Peek(wanted);
            ulong[] items = [.. Enumerable.Range(0, count).Select(i => Consumer[i])];
            Consumer.Release(count);
            return items;
        }

        public void Dispose() => _counters.Dispose();
    }
}
