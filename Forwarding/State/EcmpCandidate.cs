namespace VRouter.Forwarding;

/// <summary>A member of a group to be built: as it was configured, the index of its next hop, and who it is.</summary>
internal readonly record struct EcmpCandidate(EcmpMember Spec, int NextHop, EcmpName Name, bool IsTunnel);
