namespace VRouter.Forwarding;

/// <summary>A configured next hop and what the control side keeps with it.</summary>
internal sealed class NextHopRecord(NextHop spec, int index)
{
    public NextHop Spec { get; set; } = spec;

    public int Index => index;

    /// <summary>Routes and labels that name it.</summary>
    public int Users { get; set; }
}
