namespace VRouter.Forwarding;

/// <summary>A vif and the port behind it.</summary>
/// <param name="Vif">The vif.</param>
/// <param name="Name">Its name.</param>
/// <param name="Port">For logs: "af_xdp eth0 (copy, 4 queues)"; empty = it has none.</param>
/// <param name="IsUp">Whether there is a port, and its link is up.</param>
public sealed record VifLink(VifId Vif, string Name, string Port, bool IsUp);
