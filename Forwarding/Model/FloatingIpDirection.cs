namespace VRouter.Forwarding;

/// <summary>Whose connections a floating IP translates.</summary>
public enum FloatingIpDirection : byte
{
    /// <summary>Those to it and those of its members.</summary>
    Both,
    /// <summary>Those to it.</summary>
    Ingress,
    /// <summary>Those of its members.</summary>
    Egress,
}
