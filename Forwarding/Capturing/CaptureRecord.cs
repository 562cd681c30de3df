using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>A packet in a <see cref="CaptureRing"/>.</summary>
internal struct CaptureRecord
{
    /// <summary>The clock's time stamp.</summary>
    public long Time;

    /// <summary>Where its bytes begin, counted from the first byte that was ever in the ring.</summary>
    public long Start;

    public int Captured;
    public int Length;
    public uint Vif;
    public uint Lost;
    public ObjectKey Object;
    public RuleNumber Rule;
    public PacketPlace Place;
    public DropReason Reason;

    /// <summary>Its place in the batch that is being sent.</summary>
    public ushort Position;
}
