namespace VRouter.Flow;

/// <summary>The rules of one remote and one protocol: from a destination port to the first of them without source ports, and the others' tree (-1 = none).</summary>
internal readonly record struct Service(RangeSpan Destinations, int Sources);
