using NUnit.Framework;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class FlowCreditsTests
{
    private const int Vifs = 8;

    [Test]
    public void HoldExactlyWithOneWorker([Values(0, 2, 10, 100, 1001)] int limit)
    {
        using FlowCredits credits = Create(limit, 0);
        using var lease = new FlowLease(credits);

        Assert.That(Take(lease, 1), Is.EqualTo(limit / 2));
        Assert.That(lease.TryTake(1), Is.EqualTo(FlowAdmission.TableFull));
    }

    [Test]
    public void HoldExactlyForOneVif()
    {
        using FlowCredits credits = Create(10_000, 30);
        using var lease = new FlowLease(credits);

        Assert.That(Take(lease, 1), Is.EqualTo(15));
        Assert.That((lease.TryTake(1), lease.TryTake(2), lease.TryTake(0)), Is.EqualTo((FlowAdmission.VifFull, FlowAdmission.Granted, FlowAdmission.Granted)));
    }

    [Test]
    public void ComeBackWithFlowsThatGo()
    {
        using FlowCredits credits = Create(1000, 500);
        using var lease = new FlowLease(credits);

        for (int round = 0; round < 10; round++)
        {
            Assert.That(Take(lease, 3), Is.EqualTo(250));

            for (int flow = 0; flow < 250; flow++)
            {
                lease.Return(3);
            }
        }
    }

    [Test]
    public void DoNotChargeAVifForAFullTable()
    {
        using FlowCredits credits = Create(4, 10);
        using var lease = new FlowLease(credits);
        Take(lease, 1);

        for (int i = 0; i < 20; i++)
        {
            Assert.That(lease.TryTake(2), Is.EqualTo(FlowAdmission.TableFull));
        }

        lease.Return(1);
        Assert.That(lease.TryTake(2), Is.EqualTo(FlowAdmission.Granted));
    }

    [Test]
    public void KeepFlowsAboveALoweredLimitAndLetNoMoreIn()
    {
        using FlowCredits credits = Create(100, 0);
        using var lease = new FlowLease(credits);
        Take(lease, 1);
        credits.SetLimits(50, 0);

        for (int gone = 0; gone < 25; gone++)
        {
            Assert.That(lease.TryTake(1), Is.EqualTo(FlowAdmission.TableFull));
            lease.Return(1);
        }

        lease.Return(1);
        Assert.That(lease.TryTake(1), Is.EqualTo(FlowAdmission.Granted));
    }

    [Test]
    public void HoldForAVifWithALimitOfItsOwn()
    {
        using FlowCredits credits = Create(10_000, 30);
        using var lease = new FlowLease(credits);
        credits.SetLimit(1, 100);
        credits.SetLimit(2, 6);

        Assert.That((Take(lease, 1), Take(lease, 2), Take(lease, 3)), Is.EqualTo((50, 3, 15)));

        credits.SetLimit(1, 0);
        credits.SetLimit(2, 0);
        Assert.That((Take(lease, 1), Take(lease, 2)), Is.EqualTo((0, 12)));
    }

    [Test]
    public void HoldExactlyForTheVifThatTakesAnIndex()
    {
        using FlowCredits credits = Create(10_000, 0);
        using var lease = new FlowLease(credits);
        Take(lease, 1, 40);
        credits.SetLimit(1, 20);

        // What the vif before it has left counts until it is gone.
        for (int left = 40; left > 8; left--)
        {
            Assert.That(left < 10 || lease.TryTake(1) == FlowAdmission.VifFull, Is.True, $"{left} left");
            lease.Return(1);
        }

        Assert.That(Take(lease, 1), Is.EqualTo(2));
    }

    [Test]
    public void ComeBackUnusedFromAVifThatGoes()
    {
        using FlowCredits credits = Create(10_000, 40);
        using var idle = new FlowLease(credits);
        using var lease = new FlowLease(credits);
        idle.TryTake(1);
        idle.Return(1);
        Assert.That(Take(lease, 1), Is.Zero);

        idle.ReturnUnused(1);

        Assert.That(Take(lease, 1), Is.EqualTo(20));
    }

    [Test]
    public void NeverFallBelowNone()
    {
        using FlowCredits credits = Create(10_000, 10);
        using var lease = new FlowLease(credits, block: 2);

        for (int i = 0; i < 100; i++)
        {
            lease.Return(1);
        }

        lease.ReturnUnused(1);
        Assert.That(credits.Taken, Is.Zero);
        Assert.That(Take(lease, 1), Is.EqualTo(5));
    }

    [Test]
    public void AreShortByABlockAWorkerAtMost()
    {
        const int workers = 4, block = 16, limit = 10_000;
        using FlowCredits credits = Create(limit, 0);
        FlowLease[] leases = [.. Enumerable.Range(0, workers).Select(_ => new FlowLease(credits, block))];
        int[] taken = new int[workers];

        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker => taken[worker] = 2 * Take(leases[worker], (ushort)(worker + 1)));

        Assert.That(taken.Sum(), Is.InRange(limit - workers * block, limit));

        for (int worker = 0; worker < workers; worker++)
        {
            for (int flow = 0; flow < taken[worker]; flow += 2)
            {
                leases[worker].Return((ushort)(worker + 1));
            }

            leases[worker].Dispose();
        }

        Assert.That(credits.Taken, Is.Zero);
    }

    private static FlowCredits Create(long flows, long flowsAVif)
    {
        var credits = new FlowCredits(Vifs);
        credits.SetLimits(flows, flowsAVif);
        return credits;
    }

    private static int Take(FlowLease lease, ushort vif, int wanted = int.MaxValue)
    {
        int count = 0;

        while (count < wanted && lease.TryTake(vif) == FlowAdmission.Granted)
        {
            count++;
        }

        return count;
    }
}
