namespace VRouter.ControlSdk.Agent;

/// <summary>What `vrouter run` was asked for.</summary>
/// <param name="Config">The file with the node's whole configuration.</param>
/// <param name="Workers">Cores that forward.</param>
/// <param name="Cpus">The CPUs they stay on; empty = the kernel's choice.</param>
/// <param name="HugePagesMegabytes">Huge pages to set aside for packets; 0 = none.</param>
internal sealed record RunOptions(string Config, int Workers, IReadOnlyList<int> Cpus, int HugePagesMegabytes);
