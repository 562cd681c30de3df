namespace VRouter.Forwarding;

/// <summary>A member of a group to be built: as it was configured, the index of its next hop, who it is, and the index of its vif, 0 = a tunnel.</summary>
internal readonly record struct EcmpCandidate(EcmpMember Spec, int NextHop, EcmpName Name, ushort Vif);
