namespace VRouter.Encap;

/// <summary>One piece of an IPv4 packet that is cut: the length of its header, and which bytes of the packet's payload it carries.</summary>
public readonly record struct Ipv4Fragment(int HeaderLength, int PayloadOffset, int PayloadLength);
