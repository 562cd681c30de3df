namespace VRouter.Forwarding;

/// <summary>
/// What one worker has for the others: packets of their flows. Put together during a batch, handed over at its end, by index.
/// </summary>
internal sealed class Handovers(Handover?[] to)
{
    /// <summary>Puts a packet in for the worker that has its flow. False: there is no room.</summary>
    public bool TryAdd(int owner, bool portsAreKnown, bool isCounted, in Packet packet) => to[owner]!.TryAdd(portsAreKnown, isCounted, packet);

    /// <summary>Shows the others what was put in, and wakes those who sleep.</summary>
    public void Flush()
    {
        foreach (Handover? handover in to)
        {
            handover?.Flush();
        }
    }
}
