using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Forwarding;

namespace VRouter.Bench.Compare;

/// <summary>A scenario's packets in a capture file, for programs that take them from there: one of each flow, shuffled.</summary>
internal static class PeerFrames
{
    /// <summary>Bytes of a tenant's frame.</summary>
    public const int Length = 60;

    private const int Seed = 4789;

    /// <summary>Writes the file; as replies, with the addresses and ports the other way round.</summary>
    public static void Write(string path, Scenario scenario, int flows, bool asReplies)
    {
        int[] order = [.. Enumerable.Range(0, flows)];
        new Random(Seed).Shuffle(order);
        WriteAsync(path, scenario, order, asReplies).GetAwaiter().GetResult();
    }

    private static async Task WriteAsync(string path, Scenario scenario, int[] order, bool asReplies)
    {
        byte[] frame = new byte[scenario.LengthOf(Length)];
        await using var writer = new PcapWriter(File.Create(path), isNanosecond: false);

        foreach (int flow in order)
        {
            scenario.Write(frame, flow);

            if (asReplies)
            {
                FrameWriter.TurnRound(frame.AsSpan(scenario.BytesInFront));
            }

            await writer.WriteAsync(0, frame);
        }
    }
}
