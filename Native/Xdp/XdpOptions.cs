namespace VRouter.Native;

/// <summary>Which device AF_XDP sockets are to serve, and how.</summary>
/// <param name="Device">Its name.</param>
public sealed record XdpOptions(string Device)
{
    /// <summary>The mode asked for; one that the device cannot is an error, <see cref="XdpMode.Auto"/> apart.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>How many queues, from the first; 0 = all the device has.</summary>
    public int Queues { get; init; }

    /// <summary>Slots of each ring: a power of two.</summary>
    public int RingSize { get; init; } = 2048;

    /// <summary>Whether the driver is to work when the worker asks for packets, not on interrupts (SO_PREFER_BUSY_POLL).</summary>
    public bool BusyPoll { get; init; }

    /// <summary>Whether packets stay with the kernel unless <see cref="XdpDevice.Filter"/> names them.</summary>
    public bool TunnelsOnly { get; init; }

    /// <summary>The 802.1Q tag that tunnel packets carry, with <see cref="TunnelsOnly"/>; 0 = none.</summary>
    public int Vlan { get; init; }

    /// <summary>Where the device is: a name in /run/netns, a path, or null for the current namespace.</summary>
    public string? NetworkNamespace { get; init; }
}
