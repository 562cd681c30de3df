namespace VRouter.Flow;

/// <summary>What becomes of a fragment, and what to know for it.</summary>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="Transport">What its datagram's first fragment told, where it follows.</param>
/// <param name="Datagram">Whose packets wait: see <see cref="FragmentTable.TakeWaiting"/>; 0 = none do.</param>
public readonly record struct FragmentResult(FragmentVerdict Verdict, Transport Transport, uint Datagram);
