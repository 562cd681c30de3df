using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>How many calls of a kind may be under way.</summary>
internal sealed class Slots(string what, int limit)
{
    private int _taken;

    /// <summary>Takes a place until it is disposed.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: there is none left.</exception>
    public Slot Take()
    {
        if (Interlocked.Increment(ref _taken) > limit)
        {
            Interlocked.Decrement(ref _taken);
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{limit} {what} are under way, and no more are let in"));
        }

        return new Slot(this);
    }

    /// <summary>A place that is taken.</summary>
    public readonly struct Slot(Slots slots) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Interlocked.Decrement(ref slots._taken);
    }
}
