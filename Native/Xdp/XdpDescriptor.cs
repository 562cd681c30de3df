using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>Where a packet, or a piece of one, lies in the frames' memory: struct xdp_desc, linux/if_xdp.h.</summary>
/// <param name="Address">Of its first byte, counted from the first frame's.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Options">0, or <see cref="Continued"/>.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct XdpDescriptor(ulong Address, uint Length, uint Options)
{
    /// <summary>XDP_PKT_CONTD: the packet goes on in the next descriptor.</summary>
    public const uint Continued = 1;
}
