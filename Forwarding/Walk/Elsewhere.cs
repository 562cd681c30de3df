using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>The worker that a traced packet is handed over to, and what it brings along.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Transport">What its first fragment, or it itself, tells; null = that worker knows its datagram.</param>
internal sealed record Elsewhere(int Worker, Transport? Transport);
