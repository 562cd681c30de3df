namespace VRouter.Forwarding;

/// <summary>A configured floating IP and what the control side keeps with it.</summary>
internal sealed class FloatingIpRecord(FloatingIp spec, int index)
{
    public FloatingIp Spec { get; set; } = spec;

    public int Index => index;
}
