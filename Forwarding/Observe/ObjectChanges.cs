namespace VRouter.Forwarding;

/// <summary>What a transaction has changed; objects that were already as asked for are not in it, and settings have no key.</summary>
/// <param name="Time">When.</param>
/// <param name="Generation">Of the state that packets see since.</param>
/// <param name="Applied">Objects that are new or other than before.</param>
/// <param name="Deleted">Objects that are gone.</param>
public sealed record ObjectChanges(DateTimeOffset Time, ulong Generation, IReadOnlyList<ObjectKey> Applied, IReadOnlyList<ObjectKey> Deleted);
