namespace VRouter.Forwarding;

/// <summary>A packet explained as far as the worker goes that received it.</summary>
/// <param name="Packet">The packet and what happens to it there.</param>
/// <param name="Ingress">The vif where it came in.</param>
/// <param name="Elsewhere">Where it goes on; null = nowhere.</param>
internal sealed record TraceLeg(TracedPacket Packet, ushort Ingress, Elsewhere? Elsewhere);
