namespace VRouter.ControlSdk.Server;

/// <summary>What clients together may ask of the control server; beyond it they get RESOURCE_EXHAUSTED, or wait.</summary>
public sealed record ControlLimits
{
    /// <summary>Connections at a time.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary>Calls under way on one connection.</summary>
    public int CallsPerConnection { get; init; } = 256;

    /// <summary>Calls under way on all connections.</summary>
    public int Calls { get; init; } = 4096;

    /// <summary>Calls a second, and requests in streams of transactions, of one connection; who is faster waits.</summary>
    public int RequestsPerSecond { get; init; } = 50_000;

    /// <summary>How long a connection may be silent before it is asked for a sign of life; at least a second.</summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How soon it has to give one, or it is closed, and what it holds is free; at least a second.</summary>
    public TimeSpan PongWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one message, unpacked.</summary>
    public int MessageBytes { get; init; } = 32 << 20;

    /// <summary>Objects of one Sync.</summary>
    public int SyncObjects { get; init; } = 8 << 20;

    /// <summary>Transactions of single calls, under way or waiting for their turn.</summary>
    public int Transactions { get; init; } = 1024;

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
