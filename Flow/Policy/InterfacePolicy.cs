namespace VRouter.Flow;

/// <summary>What an interface's security groups say of the packets that its guest receives and of those it sends.</summary>
public sealed record InterfacePolicy(CompiledPolicy Ingress, CompiledPolicy Egress)
{
    /// <summary>An interface without groups.</summary>
    public static InterfacePolicy Open { get; } = new(CompiledPolicy.Open, CompiledPolicy.Open);
}
