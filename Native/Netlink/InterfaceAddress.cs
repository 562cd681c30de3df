using System.Net;

namespace VRouter.Native;

/// <summary>An address of a device.</summary>
/// <param name="Device">The device's number.</param>
/// <param name="Address">The address itself.</param>
/// <param name="PrefixLength">How much of it is the subnet's.</param>
public readonly record struct InterfaceAddress(int Device, IPAddress Address, int PrefixLength);
