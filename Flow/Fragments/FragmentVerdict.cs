namespace VRouter.Flow;

/// <summary>What becomes of a fragment.</summary>
public enum FragmentVerdict
{
    /// <summary>It goes the way of its datagram's ports. After a first fragment so do the packets that waited for it.</summary>
    Follows,

    /// <summary>It waits for the first one: the table has kept its packet's number.</summary>
    Waits,

    /// <summary>It alone is dropped: a duplicate, one of a poisoned datagram, or a first one too short for ports.</summary>
    Drops,

    /// <summary>It overlaps or is impossible: it is dropped, and all of its datagram, what waited included (RFC 5722).</summary>
    Poisons,

    /// <summary>There is no room to remember or keep it.</summary>
    Refused,
}
