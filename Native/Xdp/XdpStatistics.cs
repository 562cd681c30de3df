using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>What a socket lost, as the kernel counts it: struct xdp_statistics, linux/if_xdp.h.</summary>
/// <param name="ReceiveDropped">Packets lost for other reasons: too large for a frame, no memory.</param>
/// <param name="ReceiveInvalid">Invalid entries in the fill ring.</param>
/// <param name="TransmitInvalid">Invalid entries in the transmit ring.</param>
/// <param name="ReceiveRingFull">Packets lost because the receive ring was full.</param>
/// <param name="FillRingEmpty">Times that there was no frame to receive into.</param>
/// <param name="TransmitRingEmpty">Times that there was nothing to send.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct XdpStatistics(
    ulong ReceiveDropped, ulong ReceiveInvalid, ulong TransmitInvalid, ulong ReceiveRingFull, ulong FillRingEmpty, ulong TransmitRingEmpty);
