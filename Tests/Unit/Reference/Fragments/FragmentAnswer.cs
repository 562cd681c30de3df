using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>What becomes of a fragment.</summary>
/// <param name="Reason">Why it is dropped; None = it is not.</param>
/// <param name="Transport">What it follows; null = it waits, or is dropped.</param>
/// <param name="Released">Those that have waited for it: they follow, or are dropped, too.</param>
internal sealed record FragmentAnswer(DropReason Reason, ReferenceTransport? Transport, IReadOnlyList<Arrival> Released);
