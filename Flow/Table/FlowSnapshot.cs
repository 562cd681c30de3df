using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>A flow as it stood at one moment: everything the table knows of it, copied, so that it can be told after the flow has gone.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FlowSnapshot
{
    private readonly FlowPair _pair;

    internal FlowSnapshot(in FlowPair pair) => _pair = pair;

    /// <summary>The direction of the first packet.</summary>
    public FlowEntry Forward => _pair.Forward;

    /// <summary>The direction of what comes back.</summary>
    public FlowEntry Reverse => _pair.Reverse;

    /// <summary>What packets had changed.</summary>
    public FlowState State => _pair.State;

    /// <summary>Where it comes from.</summary>
    public FlowOrigin Origin => _pair.Origin;

    /// <summary>Whether there is one direction only, because both keys are the same.</summary>
    public bool IsOneWay => _pair.Forward.Key == _pair.Reverse.Key;

    /// <summary>Whether another copy is of the same flow, at whatever moment.</summary>
    public bool IsSame(in FlowSnapshot other) =>
        _pair.State.Class != FlowClass.None
        && other._pair.State.Class != FlowClass.None
        && _pair.Forward.Key == other._pair.Forward.Key
        && _pair.Origin.Started == other._pair.Origin.Started;

    /// <summary>When a packet was last seen, in milliseconds of the owner's clock, of which the table keeps the lower half.</summary>
    /// <param name="now">The time of that clock: within 24 days of the answer.</param>
    public long LastSeen(long now) => now + (int)(_pair.State.LastSeen - (uint)now);
}
