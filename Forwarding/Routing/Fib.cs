namespace VRouter.Forwarding;

/// <summary>One version of a VRF's routes as packets look them up: a value that a state keeps. <c>default</c> has no route.</summary>
public readonly record struct Fib(TrieRoot Ipv4, TrieRoot Ipv6);
