namespace VRouter.Encap;

/// <summary>The UDP ports of tunnels, and those that their packets come from.</summary>
public static class TunnelPort
{
    /// <summary>MPLS over UDP (RFC 7510 section 6).</summary>
    public const ushort Mpls = 6635;

    /// <summary>MPLS over UDP as Tungsten Fabric sent it before the port was assigned.</summary>
    public const ushort MplsBeforeAssignment = 51234;

    /// <summary>The first source port: "the dynamic/private port range 49152-65535" (RFC 7348 section 5, RFC 7510 section 3).</summary>
    public const ushort FirstEntropy = 49152;

    /// <summary>The source port that a flow's hash gives: the same for all of its packets.</summary>
    public static ushort Entropy(uint hash) => (ushort)(FirstEntropy | hash >> 18);
}
