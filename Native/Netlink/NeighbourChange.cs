namespace VRouter.Native;

/// <summary>What happened to a neighbour table.</summary>
/// <param name="Neighbour">The entry as it is now, or was; null when changes were lost and the table must be listed again.</param>
/// <param name="IsRemoved">Whether the entry is gone.</param>
public readonly record struct NeighbourChange(Neighbour? Neighbour, bool IsRemoved)
{
    /// <summary>The kernel had more to tell than there was room for.</summary>
    public bool IsLost => Neighbour is null;
}
