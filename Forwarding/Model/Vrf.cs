namespace VRouter.Forwarding;

/// <summary>One tenant's tables. Key: <see cref="Id"/>.</summary>
public sealed record Vrf(VrfId Id)
{
    /// <summary>For people: "default-domain:kubernetes:dev-vn".</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it routes, bridges or both.</summary>
    public ForwardingMode ForwardingMode { get; init; }

    /// <summary>Floods frames to MACs it does not know.</summary>
    public bool FloodUnknownUnicast { get; init; }

    /// <summary>Learns source MACs.</summary>
    public bool MacLearning { get; init; }

    /// <summary>Lets tunnelled sources in that the VRF routes elsewhere.</summary>
    public bool RpfDisabled { get; init; }
}
