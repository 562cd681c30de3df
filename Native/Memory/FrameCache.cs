namespace VRouter.Native;

/// <summary>One worker's free frames: taken and returned without a lock, exchanged with the pool in batches.</summary>
public sealed class FrameCache(FramePool pool)
{
    private const int Exchange = 64;

    private readonly uint[] _free = new uint[4 * Exchange];
    private int _count;

    /// <summary>The pool behind this cache.</summary>
    public FramePool Pool => pool;

    /// <summary>The frames' memory.</summary>
    public FrameRegion Region => pool.Region;

    /// <summary>Takes one frame; false when there is none in the whole process.</summary>
    public bool TryTake(out uint frame)
    {
        if (_count == 0)
        {
            _count = pool.Take(_free.AsSpan(0, Exchange));

            if (_count == 0)
            {
                frame = 0;
                return false;
            }
        }

        frame = _free[--_count];
        return true;
    }

    /// <summary>Gives one frame back.</summary>
    public void Return(uint frame)
    {
        if (_count == _free.Length)
        {
            _count -= 2 * Exchange;
            pool.Return(_free.AsSpan(_count, 2 * Exchange));
        }

        _free[_count++] = frame;
    }

    /// <summary>Gives a frame and all that are chained behind it back.</summary>
    public void ReturnChain(uint frame)
    {
        while (frame != 0)
        {
            uint next = Region.Link(frame).Next;
            Region.Link(frame) = default;
            Return(frame);
            frame = next;
        }
    }

    /// <summary>Gives everything to the pool, when the worker ends.</summary>
    public void Drain()
    {
        pool.Return(_free.AsSpan(0, _count));
        _count = 0;
    }
}
