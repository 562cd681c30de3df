namespace VRouter.Native;

/// <summary>What became of a packet given to a TAP.</summary>
public enum TapSend
{
    /// <summary>The kernel has it; its frames are free again.</summary>
    Sent,

    /// <summary>There is no room just now, or the device is down; the packet is still the caller's.</summary>
    Full,

    /// <summary>The kernel finds it contradictory (EINVAL) and will never have it; the packet is still the caller's.</summary>
    Refused,
}
