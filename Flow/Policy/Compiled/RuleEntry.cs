namespace VRouter.Flow;

/// <summary>A rule at one remote and one service. No ports are all ports; an ICMP type and code stand for destination ports.</summary>
/// <param name="Place">The remote, and in the low 16 bits the service.</param>
/// <param name="Rank">The rule's place in the order of the block.</param>
/// <param name="Destinations">The destination ports.</param>
/// <param name="Sources">The source ports.</param>
internal readonly record struct RuleEntry(long Place, int Rank, ValueList<PortRange> Destinations, ValueList<PortRange> Sources)
{
    public static long PlaceOf(int remote, ushort service) => (long)remote << 16 | service;

    public int Remote => (int)(Place >> 16);

    public ushort Service => (ushort)Place;
}
