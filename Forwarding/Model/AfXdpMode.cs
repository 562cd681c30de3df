namespace VRouter.Forwarding;

/// <summary>How AF_XDP gets packets past the kernel.</summary>
public enum AfXdpMode
{
    /// <summary>The best of the others that the device takes.</summary>
    Auto,
    /// <summary>The device writes into our frames.</summary>
    ZeroCopy,
    /// <summary>The driver copies into our frames.</summary>
    Copy,
    /// <summary>The kernel's stack copies into our frames (generic XDP).</summary>
    Generic,
}
