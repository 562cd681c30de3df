using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What the clock asks of a neighbour.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Vif">The vif it is behind.</param>
/// <param name="Address">Its address.</param>
/// <param name="Mac">The MAC to ask, when it is to be asked whether it is still there; else zero: ask all.</param>
/// <param name="GivenUp">It has not answered: what waits for it is to be dropped.</param>
internal readonly record struct NeighbourDue(int Index, ushort Vif, IpAddress Address, MacAddress Mac, bool GivenUp);
