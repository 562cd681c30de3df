namespace VRouter.Native;

/// <summary>What the kernel knows of a neighbour (NUD_*, linux/neighbour.h).</summary>
[Flags]
public enum NeighbourState : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It is being asked for.</summary>
    Incomplete = 0x01,

    /// <summary>It answered lately.</summary>
    Reachable = 0x02,

    /// <summary>It answered once.</summary>
    Stale = 0x04,

    /// <summary>Used again; it will be asked soon.</summary>
    Delay = 0x08,

    /// <summary>It is being asked again.</summary>
    Probe = 0x10,

    /// <summary>It did not answer.</summary>
    Failed = 0x20,

    /// <summary>It needs no asking.</summary>
    NoArp = 0x40,

    /// <summary>Somebody said so, for good.</summary>
    Permanent = 0x80,
}
