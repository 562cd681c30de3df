namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Somebody at a door, as that side knows it: an address and a port, or the identifier of its echoes.</summary>
internal sealed record Side(Door Door, string Address, ushort Port = 0)
{
    public bool IsIpv6 => Address.Contains(':', StringComparison.Ordinal);

    public override string ToString() => $"{Address} port {Port}";
}
