namespace VRouter.ControlSdk.Server;

/// <summary>A clock that stands until it is moved; it counts nanoseconds since 1970, as captures do.</summary>
internal sealed class VirtualClock(long nanoseconds) : TimeProvider
{
    private const long NanosecondsPerTick = 100;

    public long Nanoseconds { get; set; } = nanoseconds;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Nanoseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Nanoseconds / NanosecondsPerTick);
}
