namespace VRouter.Tests.Unit.Reference;

/// <summary>What a packet says of itself that is part of a datagram: where it lies in it, in bytes, and whose part it is.</summary>
internal sealed record FragmentPlace(uint Id, int Offset, bool HasMore);
