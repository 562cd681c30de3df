using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Observe;

/// <summary>Measures what the README states: <c>dotnet test Tests/Unit -c Release --filter FullyQualifiedName~FlowListFigures --logger "console;verbosity=detailed"</c>.</summary>
[Explicit("measures; asserts nothing")]
internal sealed class FlowListFigures
{
    private const int Pairs = 1 << 20;

    [Test]
    public void OfWhatAWorkerGivesItsTimeTo()
    {
        using FlowTable table = Filled();
        using var log = new FlowLog { IsOn = true };
        var piece = new FlowPiece();
        var events = new FlowLogEvent[FlowPiece.Size];
        var filling = new List<double>();
        var taking = new List<double>();

        for (int turn = 0; turn < 3 * Pairs / FlowPiece.Size; turn++)
        {
            filling.Add(Micros(() => piece.Fill(table, now: 0)));

            for (int i = 0; i < FlowPiece.Size; i++)
            {
                log.Ended(table, (uint)(2 * (i + 1)), FlowEndReason.TimedOut, 0);
            }

            taking.Add(Micros(() => log.Take(events)));
        }

        Say("1,024 pairs of 1 M copied", filling);
        Say("1,024 events taken", taking);
    }

    private static FlowTable Filled()
    {
        var table = new FlowTable(Pairs, FlowSeed.Random(), new FlowTimeouts(), now: 0);

        for (uint i = 0; i < Pairs; i++)
        {
            FlowKey key = FlowKey.OfIpv4(3, 1, 0x0A00_0000 + i, 0x0B00_0001, IpProtocol.Udp, 0x1000_0035);
            _ = table.Insert(key, key.Reverse(), FlowClass.UdpNew, now: 0);
        }

        return table;
    }

    private static double Micros(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static void Say(string what, List<double> micros)
    {
        micros.Sort();
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: median {micros[micros.Count / 2]:0} us, 99 of 100 {micros[micros.Count * 99 / 100]:0} us"));
    }
}
