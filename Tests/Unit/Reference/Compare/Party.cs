using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>One that talks: a guest of this node or its own stack (<paramref name="Vif"/>), or somebody behind the fabric (0).</summary>
internal sealed record Party(uint Vif, string Ipv4, string Ipv6)
{
    /// <summary>The tunnel end that it is behind, by its number; null = as <see cref="Site.Routes"/> have it.</summary>
    public int? Peer { get; init; }

    /// <summary>The VRF that it is called in; null = its own.</summary>
    public uint? Vrf { get; init; }

    /// <summary>The same one by another address.</summary>
    public Party As(IpAddress address) => address.IsIpv6 ? this with { Ipv6 = address.ToString() } : this with { Ipv4 = address.ToString() };

    public IpAddress Address(bool isIpv6) => IpAddress.Parse(isIpv6 ? Ipv6 : Ipv4);

    public override string ToString() => Vif is 0 or Site.Fabric ? $"remote {Ipv4}" : $"vif {Vif}";
}
