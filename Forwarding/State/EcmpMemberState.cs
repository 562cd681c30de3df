namespace VRouter.Forwarding;

/// <summary>What the walk knows of a member of a group.</summary>
/// <param name="NextHop">The index of its next hop.</param>
/// <param name="Label">The member's own label or VNI; 0 = its next hop's.</param>
/// <param name="Identity">Who it is, on every vRouter: see <see cref="EcmpName"/>. No other member of the group has it.</param>
/// <param name="Draining">It keeps its flows.</param>
/// <param name="Vif">The index of its vif; 0 = it is behind a tunnel.</param>
internal readonly record struct EcmpMemberState(int NextHop, uint Label, uint Identity, bool Draining, ushort Vif);
