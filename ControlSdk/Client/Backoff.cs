namespace VRouter.ControlSdk;

/// <summary>Waits longer after each failure in a row, and never all clients at the same time.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    private TimeSpan _next = s_first;

    /// <summary>It works again.</summary>
    public void Reset() => _next = s_first;

    /// <summary>Waits after a failure.</summary>
    public Task WaitAsync(CancellationToken stop)
    {
        // A thousand vRouters' clients lose one controller's network at once; they must not come back at once.
#pragma warning disable CA5394 // Nothing secret is made of it.
        TimeSpan wait = _next * (0.5 + Random.Shared.NextDouble() / 2);
#pragma warning restore CA5394
        _next = TimeSpan.FromTicks(Math.Min(2 * _next.Ticks, s_longest.Ticks));
        return Task.Delay(wait, stop);
    }
}
