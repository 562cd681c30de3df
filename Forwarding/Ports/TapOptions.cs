using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Which TAP a port is to open, and how.</summary>
/// <param name="Device">Its name. One that exists is attached to and left; else it is made, and goes with the port.</param>
public sealed record TapOptions(string Device)
{
    /// <summary>How many queues.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>Whether packets carry no virtio-net header: neither segmentation nor checksum offload, either way.</summary>
    public bool OffloadsDisabled { get; init; }

    /// <summary>Where the device is: a name in /run/netns, a path, or null for the process's own namespace.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>The device's Ethernet address, which its owner will use; null = as it is.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The device's MTU; null = as it is.</summary>
    public int? Mtu { get; init; }
}
