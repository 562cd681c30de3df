using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Policy;

/// <summary>Rules in a few words.</summary>
internal static class Rules
{
    public static SecurityRule Ingress(string id, RuleAction action = RuleAction.Allow, uint priority = 0) =>
        new() { Id = id, Direction = RuleDirection.Ingress, Action = action, Priority = priority };

    public static SecurityRule Egress(string id, RuleAction action = RuleAction.Allow, uint priority = 0) =>
        new() { Id = id, Direction = RuleDirection.Egress, Action = action, Priority = priority };

    public static SecurityRule From(this SecurityRule rule, string prefix) => rule with { RemotePrefix = IpPrefix.Parse(prefix) };

    public static SecurityRule FromGroup(this SecurityRule rule, uint group) => rule with { RemoteGroup = new SecurityGroupId(group) };

    public static SecurityRule To(this SecurityRule rule, uint first, uint last) => rule with { DestinationPorts = [new PortRange(first, last)] };

    public static SecurityRule Tcp(this SecurityRule rule) => rule with { Protocol = IpProtocol.Tcp };
}
