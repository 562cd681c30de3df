namespace VRouter.Tests.Unit.Walk;

/// <summary>A clock that a test moves.</summary>
internal sealed class ManualClock : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => _passed += time;

    public override DateTimeOffset GetUtcNow() => s_start + _passed;

    public override long GetTimestamp() => _passed.Ticks;
}
