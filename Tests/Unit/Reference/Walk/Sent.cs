using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A frame that went out of an interface. What tunnels leave open (identification, entropy) is 0 in it.</summary>
internal sealed record Sent(VifId Vif, byte[] Frame)
{
    /// <summary>The VRF that it left from: that of its answers.</summary>
    public VrfId Vrf { get; init; }

    /// <summary>Whose flow's packet it is, for whom the entropy is the same always; null = no flow's.</summary>
    public FiveTuple? Tuple { get; init; }
}
