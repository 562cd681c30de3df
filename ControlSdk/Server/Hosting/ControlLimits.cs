namespace VRouter.ControlSdk.Server;

/// <summary>What clients together may ask of the control server; beyond it they get RESOURCE_EXHAUSTED, or wait.</summary>
public sealed record ControlLimits
{
    /// <summary>Connections at a time.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary>Calls under way on one connection.</summary>
    public int CallsPerConnection { get; init; } = 256;

    /// <summary>Bytes of one message.</summary>
    public int MessageBytes { get; init; } = 32 << 20;

    /// <summary>Objects of one Sync.</summary>
    public int SyncObjects { get; init; } = 8 << 20;

    /// <summary>Syncs under way.</summary>
    public int Syncs { get; init; } = 4;

    /// <summary>Streams of transactions.</summary>
    public int ApplyStreams { get; init; } = 64;

    /// <summary>Exports and listings under way.</summary>
    public int Listings { get; init; } = 16;

    /// <summary>Captures, and drops and traces that are followed.</summary>
    public int Captures { get; init; } = 8;

    /// <summary>Watches.</summary>
    public int Watches { get; init; } = 256;

    /// <summary>Bytes of the latest events that are kept for all watchers together.</summary>
    public int JournalBytes { get; init; } = 16 << 20;

    /// <summary>How many events that may be.</summary>
    public int JournalEvents { get; init; } = 1 << 16;

    /// <summary>Streams of packets.</summary>
    public int PacketStreams { get; init; } = 16;

    /// <summary>Packets a second that each of them may bring; who is faster waits.</summary>
    public int PacketsPerSecond { get; init; } = 10_000;
}
