namespace VRouter.ControlSdk.Server;

/// <summary>Holds one stream to a rate: who is too fast waits, and by that the client does. Some in a row may be as fast as they come.</summary>
internal sealed class Pace(int perSecond, TimeProvider clock)
{
    private const int Burst = 256;

    private readonly long _started = clock.GetTimestamp();
    private double _credit = Burst;
    private TimeSpan _last;

    /// <summary>Waits for the turn of the next one.</summary>
    public async ValueTask WaitAsync(CancellationToken stop)
    {
        TimeSpan now = clock.GetElapsedTime(_started);
        _credit = Math.Min(Burst, _credit + (now - _last).TotalSeconds * perSecond) - 1;
        _last = now;

        if (_credit < 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(-_credit / perSecond), clock, stop);
        }
    }
}
