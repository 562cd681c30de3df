using Google.Protobuf.WellKnownTypes;

namespace VRouter.ControlSdk.Server;

/// <summary>A clock that stands until it is moved; it counts nanoseconds since 1970, as captures do.</summary>
internal sealed class VirtualClock(long nanoseconds) : TimeProvider
{
    private const long NanosecondsPerTick = 100;
    private const long NanosecondsPerSecond = 1_000_000_000;

    public long Nanoseconds { get; set; } = nanoseconds;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Nanoseconds;

    public override DateTimeOffset GetUtcNow() => TimeOf(Nanoseconds);

    /// <summary>A moment of the clock as the data plane has it.</summary>
    public static DateTimeOffset TimeOf(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);

    /// <summary>A moment of the clock as the contract has it.</summary>
    public static Timestamp TimestampOf(long nanoseconds) => new()
    {
        Seconds = nanoseconds / NanosecondsPerSecond,
        Nanos = (int)(nanoseconds % NanosecondsPerSecond),
    };
}
