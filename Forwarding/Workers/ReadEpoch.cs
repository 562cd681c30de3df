namespace VRouter.Forwarding;

/// <summary>
/// The generation one reader may still be reading. What older states used is freed once every reader has passed on; a reader
/// that is outside its rounds holds nothing up.
/// </summary>
internal sealed class ReadEpoch
{
    private ulong _reading = ulong.MaxValue;

    /// <summary>The oldest generation that may be read here.</summary>
    public ulong Oldest => Volatile.Read(ref _reading);

    /// <summary>Begins to read: the state is held from here on.</summary>
    public ForwardingState Enter(DataPlane plane)
    {
        // Hold everything first, so that nothing is freed between reading the state and saying which one it is.
        Interlocked.Exchange(ref _reading, 0);
        return Pass(plane);
    }

    /// <summary>Passes a batch boundary: older states are let go.</summary>
    public ForwardingState Pass(DataPlane plane)
    {
        ForwardingState state = plane.State;
        Volatile.Write(ref _reading, state.Generation);
        return state;
    }

    /// <summary>Ends reading.</summary>
    public void Leave() => Volatile.Write(ref _reading, ulong.MaxValue);
}
