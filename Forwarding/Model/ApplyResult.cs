namespace VRouter.Forwarding;

/// <summary>What became of a transaction.</summary>
/// <param name="Generation">Of the state that packets now see.</param>
/// <param name="Added">Objects that were not there before.</param>
/// <param name="Changed">Objects that differ from before.</param>
/// <param name="Removed">Objects that are gone.</param>
/// <param name="Unchanged">Objects that were already as asked for.</param>
/// <param name="Problems">Every reason it was refused for; none: it was applied.</param>
public sealed record ApplyResult(ulong Generation, int Added, int Changed, int Removed, int Unchanged, IReadOnlyList<Problem> Problems)
{
    /// <summary>Whether it took effect.</summary>
    public bool IsApplied => Problems.Count == 0;
}
