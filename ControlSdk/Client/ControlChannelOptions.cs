using Microsoft.Extensions.Logging;

namespace VRouter.ControlSdk;

/// <summary>What a channel to a vRouter is made with.</summary>
public sealed record ControlChannelOptions
{
    /// <summary>The files for <c>https://</c> addresses.</summary>
    public ClientTlsFiles? Tls { get; init; }

    /// <summary>Bytes of one message that are taken, unpacked.</summary>
    public int MessageBytes { get; init; } = 32 << 20;

    /// <summary>How often a call that may safely be made again is made while the vRouter is not to be reached; 1 = once.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>How long the vRouter may be silent before it is asked for a sign of life; at least a second.</summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How soon it has to give one, or its calls fail; at least a second.</summary>
    public TimeSpan PongWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the channel logs.</summary>
    public ILoggerFactory? Logging { get; init; }
}
