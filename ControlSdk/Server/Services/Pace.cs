namespace VRouter.ControlSdk.Server;

/// <summary>Holds one client to a rate: who is too fast waits. Some in a row may be as fast as they come.</summary>
internal sealed class Pace(int perSecond, TimeProvider clock)
{
    private const int Burst = 256;

    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private double _credit = Burst;
    private TimeSpan _last;

    /// <summary>Waits for the turn of the next one.</summary>
    public ValueTask WaitAsync(CancellationToken stop)
    {
        double credit = Spend();
        return credit >= 0 ? ValueTask.CompletedTask : new ValueTask(Task.Delay(TimeSpan.FromSeconds(-credit / perSecond), clock, stop));
    }

    // What is left; less than nothing is what has to be waited for.
    private double Spend()
    {
        lock (_lock)
        {
            TimeSpan now = clock.GetElapsedTime(_started);
            _credit = Math.Min(Burst, _credit + (now - _last).TotalSeconds * perSecond) - 1;
            _last = now;
            return _credit;
        }
    }
}
