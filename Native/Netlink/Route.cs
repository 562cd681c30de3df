using System.Net;

namespace VRouter.Native;

/// <summary>A route of the kernel's.</summary>
/// <param name="Destination">Where to.</param>
/// <param name="Gateway">By whom; null = directly.</param>
/// <param name="Device">The number of the device it leaves by; 0 = several or none.</param>
public sealed record Route(IPNetwork Destination, IPAddress? Gateway, int Device);
