using System.Diagnostics;

namespace VRouter.Bench.Measuring;

/// <summary>All lanes of a rig in turn on the thread that calls: for what is not a matter of throughput.</summary>
internal sealed class Lanes(IReadOnlyList<Lane> lanes, int batch)
{
    // A packet that one worker hands to another leaves in a later round; one of a source that has had more than its share waits for its turn.
    private const int MostIdleRounds = 1000;

    /// <summary>Sends a packet, or more, of each flow through; false when one does not leave as it should, or is not restored.</summary>
    public bool TryAllFlows()
    {
        int[] toDeliver = [.. lanes.Select(lane => lane.PacketsOfAllFlows)];
        int missing = toDeliver.Sum(), underWay = 0;

        for (int idle = 0; missing > 0 && idle < MostIdleRounds;)
        {
            // Workers that take turns must not let gather what they hand to one another.
            if (underWay == 0)
            {
                underWay = Deliver(toDeliver);
            }

            if (!TryForward(out int left))
            {
                return false;
            }

            underWay -= left;
            missing -= left;
            idle = left == 0 ? idle + 1 : 0;
        }

        return missing == 0 && lanes.All(lane => lane.IsAsWritten);
    }

    /// <summary>Sends single packets through, from arrival to collection, and counts how long each took.</summary>
    public void TimeSinglePackets(int count, Latencies latencies)
    {
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            lanes[0].Deliver(1);

            for (int left = 0, rounds = 0; left == 0 && rounds < MostIdleRounds; rounds++)
            {
                for (int lane = 0; lane < lanes.Count && left == 0; lane++)
                {
                    left = lanes[lane].Step();
                }
            }

            latencies.Add(Stopwatch.GetTimestamp() - start);
        }
    }

    private int Deliver(int[] toDeliver)
    {
        int delivered = 0;

        for (int i = 0; i < lanes.Count; i++)
        {
            int here = lanes[i].Deliver(Math.Min(batch, toDeliver[i]));
            toDeliver[i] -= here;
            delivered += here;
        }

        return delivered;
    }

    private bool TryForward(out int left)
    {
        left = 0;

        foreach (Lane lane in lanes)
        {
            int here = lane.StepAndCheck();

            if (here < 0)
            {
                return false;
            }

            left += here;
        }

        return true;
    }
}
