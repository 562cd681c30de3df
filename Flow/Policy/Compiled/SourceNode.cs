namespace VRouter.Flow;

/// <summary>The rules at a node of a <see cref="SourceTree"/>: from a source port to the first of them, and the first of all.</summary>
internal readonly record struct SourceNode(RangeSpan Sources, int Best);
