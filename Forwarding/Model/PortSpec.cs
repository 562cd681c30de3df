namespace VRouter.Forwarding;

/// <summary>A port that the data plane opens by itself.</summary>
public abstract record PortSpec;
