namespace VRouter.Forwarding;

/// <summary>What a pcapng file says of a packet beside its bytes.</summary>
/// <param name="Interface">The number of its interface.</param>
/// <param name="Nanoseconds">When it was seen, since 1970-01-01 00:00 UTC.</param>
/// <param name="Length">Its length on the wire.</param>
/// <param name="IsOutbound">Whether it went out; it came in otherwise.</param>
/// <param name="Lost">Packets lost before it.</param>
/// <param name="Comment">For people.</param>
public readonly record struct PcapngPacket(int Interface, long Nanoseconds, int Length, bool IsOutbound, ulong Lost, string Comment);
