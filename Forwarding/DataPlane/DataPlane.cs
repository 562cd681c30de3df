namespace VRouter.Forwarding;

/// <summary>
/// The vRouter itself: apply what it shall know, attach ports, start, and packets walk. Control calls may come from any thread.
/// </summary>
public sealed class DataPlane : IDisposable
{
    /// <summary>Makes a data plane that knows VRF 0 and nothing else, and drops everything.</summary>
    public DataPlane(DataPlaneOptions? options = null)
    {
        Options = options ?? new DataPlaneOptions();
        Frames = new Native.FramePool(new Native.FrameRegion(Options.Frames));
    }

    /// <summary>What it was made with.</summary>
    public DataPlaneOptions Options { get; }

    /// <summary>The packet memory that all ports share.</summary>
    public Native.FramePool Frames { get; }

    /// <summary>The generation of the state that packets see.</summary>
    public ulong Generation { get; private set; }

    /// <summary>All of the transaction or, with every problem named, none of it.</summary>
    public ApplyResult Apply(Transaction transaction, bool validateOnly = false) => throw new NotSupportedException();

    /// <summary>Makes <paramref name="wanted"/> the whole state: what it does not mention goes, what is equal is not touched.</summary>
    public ApplyResult Sync(Transaction wanted, bool validateOnly = false) => throw new NotSupportedException();

    /// <summary>The state as it stands, as a transaction that would make it.</summary>
    public Transaction Export(bool derived = false) => throw new NotSupportedException();

    /// <summary>Puts a port behind a vif; the data plane disposes it from then on.</summary>
    /// <exception cref="ArgumentException">There is no such vif, or it has a port.</exception>
    public void Attach(VifId vif, IPort port) => throw new NotSupportedException();

    /// <summary>Takes the port away from a vif and disposes it; nothing happens when it has none.</summary>
    public void Detach(VifId vif) => throw new NotSupportedException();

    /// <summary>The port behind a vif; null when it has none.</summary>
    public IPort? FindPort(VifId vif) => throw new NotSupportedException();

    /// <summary>Starts the workers' threads.</summary>
    public void Start() => throw new NotSupportedException();

    /// <summary>Stops them. Packets that wait are dropped when the data plane is disposed.</summary>
    public void Stop() => throw new NotSupportedException();

    /// <summary>One round of every worker on the calling thread, for replay, tests and benches; not while started. Says how many packets were received.</summary>
    public int Step() => throw new NotSupportedException();

    /// <summary>The counters, at a batch boundary of every worker.</summary>
    public Counters ReadCounters() => throw new NotSupportedException();

    /// <summary>The latest drops, up to 1,024, oldest first.</summary>
    public IReadOnlyList<Drop> ReadDrops() => throw new NotSupportedException();

    /// <summary>What would happen to this frame if it arrived at the vif now. Nothing changes and nothing is sent.</summary>
    /// <exception cref="ArgumentException">There is no such vif, or the frame is larger than a frame can be.</exception>
    public TraceResult Trace(VifId vif, ReadOnlySpan<byte> packet) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose()
    {
        Frames.Region.Dispose();
    }
}
