namespace VRouter.Native;

/// <summary>
/// The free frames of a region. Workers take and return them in batches through a <see cref="FrameCache"/> of their own,
/// so frames that one worker receives and another sends find home without being counted one by one.
/// </summary>
public sealed class FramePool
{
    private readonly uint[] _free;
    private readonly Lock _lock = new();
    private int _count;
    private bool _isClosed;

    /// <summary>All frames of <paramref name="region"/> but frame 0, free.</summary>
    public FramePool(FrameRegion region)
    {
        Region = region;
        _free = new uint[region.Count - 1];
        _count = _free.Length;

        // The first frames are handed out first.
        for (int i = 0; i < _count; i++)
        {
            _free[i] = (uint)(_count - i);
        }
    }

    /// <summary>The frames' memory.</summary>
    public FrameRegion Region { get; }

    /// <summary>Frames free right now.</summary>
    public int Available => Volatile.Read(ref _count);

    /// <summary>Takes as many frames as there are, up to the length of <paramref name="frames"/>; says how many.</summary>
    public int Take(Span<uint> frames)
    {
        lock (_lock)
        {
            int taken = _isClosed ? 0 : Math.Min(frames.Length, _count);
            _count -= taken;
            _free.AsSpan(_count, taken).CopyTo(frames);
            return taken;
        }
    }

    /// <summary>Hands out nothing from here on: the memory is about to go.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }

    /// <summary>Gives frames back.</summary>
    public void Return(ReadOnlySpan<uint> frames)
    {
        lock (_lock)
        {
            frames.CopyTo(_free.AsSpan(_count));
            _count += frames.Length;
        }
    }
}
