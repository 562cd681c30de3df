namespace VRouter.Forwarding;

/// <summary>AF_XDP sockets on a device.</summary>
public sealed record AfXdpSpec(string Device) : PortSpec
{
    /// <summary>How packets get past the kernel; what really runs is in the port's description.</summary>
    public AfXdpMode Mode { get; init; }

    /// <summary>0 = all the device has.</summary>
    public int Queues { get; init; }

    /// <summary>Descriptors in each ring, a power of two.</summary>
    public int RingSize { get; init; } = 2048;

    /// <summary>The worker drives the driver's receive loop.</summary>
    public bool BusyPoll { get; init; }

    /// <summary>Takes only tunnel packets; the rest stays with the kernel.</summary>
    public bool TunnelsOnly { get; init; }
}
