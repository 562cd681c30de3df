using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Capturing;

internal sealed class CaptureRingTests
{
    [Test]
    public void GivesBackWhatWasPutInInItsOrder()
    {
        Gen<int[]> steps = Gen.Choose(-4, 60).ArrayOf();

        Prop.ForAll(steps.ArrayOf().ToArbitrary(), batches =>
        {
            var ring = new CaptureRing(8, 128);
            var expected = new Queue<byte[]>();
            byte next = 0;

            // A number is a packet of that length, or, below zero, so many reads; a batch is published at its end.
            foreach (int[] batch in batches)
            {
                List<byte[]> added = [];

                foreach (int step in batch)
                {
                    if (step < 0)
                    {
                        Read(ring, expected, -step);
                    }
                    else if (ring.TryAdd(new CaptureRecord { Captured = step, Length = step }, out Span<byte> room))
                    {
                        room.Fill(++next);
                        added.Add(room.ToArray());
                    }
                }

                ring.Publish();
                added.ForEach(expected.Enqueue);
            }

            Read(ring, expected, int.MaxValue);
            Assert.That(expected, Is.Empty);
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void ShowsNothingBeforeItIsPublished()
    {
        var ring = new CaptureRing(8, 128);
        ring.TryAdd(new CaptureRecord { Captured = 4 }, out _);

        Assert.That(ring.OldestTime, Is.Null);
        ring.Publish();
        Assert.That(ring.OldestTime, Is.Not.Null);
    }

    [Test]
    public void TakesBackWhatWentNowhere()
    {
        var ring = new CaptureRing(8, 128);

        for (ushort position = 0; position < 4; position++)
        {
            ring.TryAdd(new CaptureRecord { Captured = 32, Position = position, Time = position }, out _);
        }

        ring.TryAdd(new CaptureRecord { Captured = 32, Position = 4 }, out _);      // lost
        ring.TakeBack(1);
        ring.Publish();
        ring.TryAdd(new CaptureRecord { Captured = 96, Time = 7 }, out Span<byte> room);
        ring.Publish();

        Assert.That(room.Length, Is.EqualTo(96), "there is room again");
        ring.Release();
        ring.Peek(out CaptureRecord second);
        Assert.That((second.Time, second.Lost), Is.EqualTo((7, 1u)));
    }

    [Test]
    public void IsReadWhileItIsWritten()
    {
        const int Packets = 300_000;

        var ring = new CaptureRing(64, 4096);
        bool isRight = true;

        var reader = new Thread(() =>
        {
            for (int i = 0; i < Packets; i++)
            {
                SpinWait.SpinUntil(() => ring.OldestTime is not null);
                ReadOnlySpan<byte> bytes = ring.Peek(out CaptureRecord record);
                isRight &= record.Time == i && record.Captured == 1 + i % 100 && !bytes.ContainsAnyExcept((byte)i);
                ring.Release();
            }
        });
        reader.Start();

        for (int i = 0; i < Packets; i++)
        {
            var record = new CaptureRecord { Time = i, Captured = 1 + i % 100 };
            Span<byte> room;

            while (!ring.TryAdd(record, out room))
            {
                Thread.Yield();
            }

            room.Fill((byte)i);
            ring.Publish();
        }

        reader.Join();
        Assert.That(isRight, Is.True, "each in its turn, and whole");
    }

    private static void Read(CaptureRing ring, Queue<byte[]> expected, int count)
    {
        while (count-- > 0 && ring.OldestTime is not null)
        {
            Assert.That(ring.Peek(out _).ToArray(), Is.EqualTo(expected.Dequeue()));
            ring.Release();
        }
    }
}
