namespace VRouter.Forwarding;

/// <summary>
/// Packets on their way from one worker to another that has their flows: those that have just come, fragments whose ports were found, and
/// packets that have waited for a neighbour. Each kind in a ring of its own, between one producer and one consumer.
/// </summary>
internal sealed class Handover
{
    /// <summary>How many kinds there are.</summary>
    public const int Kinds = 3;

    private const int RingSize = 1024;
    private const int RareRingSize = 128;

    private readonly PacketRing[] _rings = [new(RingSize), new(RareRingSize), new(RareRingSize)];

    /// <summary>Their share of the taker's time.</summary>
    public TimeShare Share { get; } = new();

    /// <summary>Who takes them.</summary>
    public Worker? Taker { get; set; }

    /// <summary>Whether there is anything to take.</summary>
    public bool HasAny => _rings[0].Count > 0 || _rings[1].Count > 0 || _rings[2].Count > 0;

    /// <summary>Whether packets of a kind bring their datagram's ports.</summary>
    public static bool HasPorts(int kind) => kind > 0;

    /// <summary>Whether packets of a kind were counted in their flows before.</summary>
    public static bool IsCounted(int kind) => kind > 1;

    /// <summary>Puts a packet in, to be seen after <see cref="Flush"/>. False: there is no room.</summary>
    public bool TryAdd(bool portsAreKnown, bool isCounted, in Packet packet) => _rings[isCounted ? 2 : portsAreKnown ? 1 : 0].TryAdd(packet);

    /// <summary>Shows what was put in.</summary>
    public void Flush()
    {
        if (_rings[0].Show() | _rings[1].Show() | _rings[2].Show())
        {
            Taker!.WakeIfAsleep();
        }
    }

    /// <summary>Takes packets of a kind, as many as there is room for.</summary>
    public int Take(int kind, Span<Packet> packets) => _rings[kind].Take(packets);
}
