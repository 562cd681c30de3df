namespace VRouter.Forwarding;

/// <summary>A configured next hop and what the control side keeps with it.</summary>
internal sealed class NextHopRecord(NextHop spec, int index)
{
    // Most are members of none.
    private HashSet<NextHopId>? _groups;

    public NextHop Spec { get; set; } = spec;

    public int Index => index;

    /// <summary>Routes, labels and members of groups that name it.</summary>
    public int Users { get; set; }

    /// <summary>The groups that it is a member of.</summary>
    public IReadOnlyCollection<NextHopId> Groups => _groups ?? [];

    /// <summary>Makes it a member once more.</summary>
    public void Join(NextHopId group)
    {
        (_groups ??= []).Add(group);
        Users++;
    }

    /// <summary>Takes back what <see cref="Join"/> did once.</summary>
    public void Leave(NextHopId group)
    {
        _groups?.Remove(group);
        Users--;
    }
}
