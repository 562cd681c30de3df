using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Tests.Unit.Flow;

/// <summary>Measures what the README states: <c>dotnet test Tests/Unit -c Release --filter FullyQualifiedName~FlowTableFigures --logger "console;verbosity=detailed"</c>.</summary>
[Explicit("measures; asserts nothing")]
public sealed class FlowTableFigures
{
    private const int BatchSize = 64;

    [Test]
    public void OfATableThatGrows([Values(1 << 20, 1 << 22)] int pairs, [Values] bool ahead)
    {
        _ = Measure(1 << 17, ahead: false);
        (double[] micros, double bytesAPair) = Measure(pairs, ahead);
        Array.Sort(micros);

        Say("bytes a pair", bytesAPair, "bytes");
        Say("set-ups a second", pairs * 1e6 / micros.Sum(), "");
        Say("a batch of 64 set-ups: median", micros[micros.Length / 2], "us");
        Say("a batch of 64 set-ups: 999 of 1,000", micros[(int)(micros.Length * 0.999)], "us");
        Say("a batch of 64 set-ups: longest", micros[^1], "us");
        Say("batches of 64 above 100 us", micros.Count(micro => micro > 100), $"of {micros.Length}");
    }

    private static (double[] Micros, double BytesAPair) Measure(int pairs, bool ahead)
    {
        using var table = new FlowTable(pairs, FlowSeed.Random(), new FlowTimeouts(), 0);
        using var stop = new CancellationTokenSource();
        var toucher = new Thread(() => TouchAhead(table, stop.Token));
        _ = ahead && table.TouchAhead();

        if (ahead)
        {
            toucher.Start();
        }

        double[] micros = new double[pairs / BatchSize];
        Array.Fill(micros, 1);                  // its pages are not what is measured

        var clock = Stopwatch.StartNew();

        for (int batch = 0; batch < micros.Length; batch++)
        {
            while (clock.Elapsed.TotalMicroseconds < batch * BatchSize)
            {
                Thread.SpinWait(10);
            }

            double start = ThreadClock.Nanoseconds / 1e3;

            for (int number = batch * BatchSize; number < (batch + 1) * BatchSize; number++)
            {
                FlowKey key = Keys.Of(number, isIpv6: number % 4 == 0);
                table.Insert(key, key.Reverse(), FlowClass.UdpNew, number / 1000);
            }

            micros[batch] = ThreadClock.Nanoseconds / 1e3 - start;
        }

        stop.Cancel();

        if (ahead)
        {
            toucher.Join();
        }

        return (micros, table.BytesUsed / (double)table.Count);
    }

    private static void TouchAhead(FlowTable table, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            table.TouchAhead();
            Thread.Sleep(1);
        }
    }

    private static void Say(string what, double value, string unit) =>
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-56} {value,14:F2} {unit}"));
}
