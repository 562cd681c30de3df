namespace VRouter.Flow;

/// <summary>One map of ranges within a <see cref="RangeTable{T}"/>: where its starts and its values begin, and how many there are.</summary>
internal readonly record struct RangeSpan(int Starts, int Values, int Count);
