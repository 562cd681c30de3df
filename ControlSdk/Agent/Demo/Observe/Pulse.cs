using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What the nodes are doing at the moment: packets a second, flows, drops.</summary>
internal sealed class Pulse(ILab lab)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private string _text = "";
    private ulong _received;
    private long _read;

    /// <summary>For the line of a running check; not found out more often than people can read.</summary>
    public string Read()
    {
        TimeSpan since = TimeProvider.System.GetElapsedTime(_read);

        if (since < s_interval)
        {
            return _text;
        }

        Counters[] counters = [.. lab.Nodes.Select(node => node.Control.ReadCounters())];
        ulong received = Sum(counters, node => new NodeBooks(node).Received);
        _text = $"  {Amount.OfPackets((ulong)((received - _received) / since.TotalSeconds))} packets/s, {Amount.OfPackets(Sum(counters, node => node.Flows))} flows, "
            + $"{Amount.OfPackets(Sum(counters, node => new NodeBooks(node).Dropped))} dropped";
        (_received, _read) = (received, TimeProvider.System.GetTimestamp());
        return _text;
    }

    private static ulong Sum(Counters[] counters, Func<Counters, ulong> count) => counters.Aggregate(0ul, (sum, node) => sum + count(node));
}
