using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Addresses that a tenant may use beside its own; a zero <see cref="Mac"/> stands for the vif's.</summary>
public readonly record struct AddressPair(IpPrefix Prefix, MacAddress Mac);
