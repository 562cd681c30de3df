using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// Which frames the kernel holds for one queue: a bit each. So nothing is lost when the queue closes, and a descriptor that names a
/// frame the kernel was never given is recognised.
/// </summary>
internal sealed class LentFrames(int frames)
{
    private readonly ulong[] _lent = new ulong[(frames + 63) / 64];

    internal void Lend(uint frame) => _lent[frame >> 6] |= 1UL << (int)(frame & 63);

    /// <summary>Takes a frame back; false when it was not lent.</summary>
    internal bool TryTakeBack(uint frame)
    {
        if (frame >> 6 >= (uint)_lent.Length)
        {
            return false;
        }

        ref ulong word = ref _lent[frame >> 6];
        ulong bit = 1UL << (int)(frame & 63);
        bool wasLent = (word & bit) != 0;
        word &= ~bit;
        return wasLent;
    }

    /// <summary>Takes all back that are still lent, when the kernel has let go.</summary>
    internal void Reclaim(FrameCache into)
    {
        for (uint frame = 0; frame < _lent.Length * 64u; frame++)
        {
            if (TryTakeBack(frame))
            {
                into.Return(frame);
            }
        }
    }
}
