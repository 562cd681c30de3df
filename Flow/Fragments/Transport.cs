namespace VRouter.Flow;

/// <summary>What only the first fragment of a datagram tells: the protocol behind all IPv6 extension headers, and the ports.</summary>
public readonly record struct Transport(byte Protocol, uint Ports);
