using VRouter.ControlSdk.Server;

namespace VRouter.ControlSdk.Agent;

/// <summary>What `vrouter run` was asked for.</summary>
/// <param name="Config">The file with the node's whole configuration; null = clients bring it.</param>
/// <param name="Workers">Cores that forward.</param>
/// <param name="Cpus">The CPUs they stay on; empty = the kernel's choice.</param>
/// <param name="HugePagesMegabytes">Huge pages to set aside for packets; 0 = none.</param>
internal sealed record RunOptions(string? Config, int Workers, IReadOnlyList<int> Cpus, int HugePagesMegabytes)
{
    /// <summary>Where the control service listens; empty = at its usual place, if that is free.</summary>
    public IReadOnlyList<ControlAddress> Listen { get; init; } = [];

    /// <summary>Where metrics are served; null = nowhere.</summary>
    public MetricsAddress? Metrics { get; init; }

    /// <summary>The directory in which the state outlives the process; null = it does not.</summary>
    public string? State { get; init; }

    /// <summary>For the addresses with TLS.</summary>
    public TlsFiles? Tls { get; init; }
}
