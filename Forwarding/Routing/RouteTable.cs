namespace VRouter.Forwarding;

/// <summary>The routes of one VRF, for control, in the one <see cref="RouteStore"/> that changes them.</summary>
/// <param name="vrf">The caller's number for the VRF. No two tables of a store may have the same.</param>
public sealed class RouteTable(int vrf)
{
    /// <summary>The number that <see cref="RouteKey.Vrf"/> gives back.</summary>
    public int Vrf => vrf;

    /// <summary>How many routes there are, hidden ones included.</summary>
    public int Count { get; internal set; }

    /// <summary>The routes as they are now, to be put into the next state.</summary>
    public Fib Fib { get; internal set; }

    /// <summary>The first route of the table's list; 0 = none.</summary>
    internal uint First { get; set; }
}
