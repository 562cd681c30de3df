namespace VRouter.Forwarding;

/// <summary>A configured vif and what the control side keeps with it.</summary>
internal sealed class VifRecord(Vif spec, int index, int nextHop, int connected)
{
    public Vif Spec { get; set; } = spec;

    public int Index => index;

    /// <summary>The derived next hop that delivers to it.</summary>
    public int NextHop => nextHop;

    /// <summary>FABRIC: the derived next hop of its connected prefixes; 0 otherwise.</summary>
    public int Connected => connected;

    /// <summary>The policy of its security groups, by <see cref="ForwardingState.Policies"/>.</summary>
    public int Policy { get; set; }

    /// <summary>The set of its security groups, by <see cref="ForwardingState.GroupSets"/>.</summary>
    public int GroupSet { get; set; }

    /// <summary>The next hops that name it.</summary>
    public HashSet<NextHopId> Users { get; } = [];

    /// <summary>The floating IPs that it is a member of.</summary>
    public HashSet<FloatingIpRecord> FloatingIps { get; } = [];
}
