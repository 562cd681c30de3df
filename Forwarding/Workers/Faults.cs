using System.Collections.Concurrent;

namespace VRouter.Forwarding;

/// <summary>
/// Failures that workers have met and survived. Each is a defect of this program or of a port: counted, and told once a kind.
/// </summary>
internal sealed class Faults(Action<Exception>? onFault)
{
    private readonly ConcurrentDictionary<Type, bool> _told = new();
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public void Add(Exception fault)
    {
        Interlocked.Increment(ref _count);

        if (!_told.TryAdd(fault.GetType(), true))
        {
            return;
        }

        try
        {
            onFault?.Invoke(fault);
        }
        catch (Exception)
        {
            // Who cannot bear to be told is not told; packets go on.
        }
    }
}
