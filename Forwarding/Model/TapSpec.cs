namespace VRouter.Forwarding;

/// <summary>A TAP device.</summary>
public sealed record TapSpec(string Device) : PortSpec
{
    /// <summary>0 counts as 1.</summary>
    public int Queues { get; init; }

    /// <summary>No virtio-net header: no GSO, no checksum offload.</summary>
    public bool OffloadsDisabled { get; init; }

    /// <summary>A path, or a name in /run/netns; empty = the process's own.</summary>
    public string NetworkNamespace { get; init; } = "";
}
