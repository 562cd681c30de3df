using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>How many calls of a kind may be under way.</summary>
internal sealed class Slots(string what, int limit)
{
    private int _taken;

    /// <summary>What to tell whoever finds no place.</summary>
    public Status Full { get; } = new(StatusCode.ResourceExhausted, $"{limit} {what} are under way, and no more are let in");

    /// <summary>Takes a place until it is disposed.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: there is none left.</exception>
    public Slot Take() => TryTake(out Slot slot) ? slot : throw new RpcException(Full);

    /// <summary>Takes a place until it is disposed; false: there is none left.</summary>
    public bool TryTake(out Slot slot)
    {
        slot = new Slot(this);

        if (Interlocked.Increment(ref _taken) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>A place that is taken.</summary>
    public readonly struct Slot(Slots slots) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Interlocked.Decrement(ref slots._taken);
    }
}
