using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Sends a transport packet from a guest.</summary>
internal delegate void GuestTransmit(IpAddress to, byte protocol, ReadOnlySpan<byte> message);
