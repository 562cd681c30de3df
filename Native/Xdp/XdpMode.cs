namespace VRouter.Native;

/// <summary>How packets pass between a device and an AF_XDP socket.</summary>
public enum XdpMode
{
    /// <summary>The first of the others that the device can.</summary>
    Auto,

    /// <summary>The device writes and reads the frames itself.</summary>
    ZeroCopy,

    /// <summary>The driver runs the program, and the kernel copies.</summary>
    Copy,

    /// <summary>The kernel runs the program, on any device, and copies.</summary>
    Generic,
}
