using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A security group for each namespace: lets in who is of a namespace that it admits, denies the rest, lets everything out.</summary>
internal static class NamespaceGroups
{
    private const uint Allowed = 100, Last = 200;

    public static IEnumerable<SecurityGroup> Create(Scenario scenario) => scenario.Namespaces.Select(own => new SecurityGroup
    {
        Id = own.Group,
        Name = $"k8s-default-{own}-default",
        Rules =
        {
            scenario.Namespaces.Where(own.Admits).Select(other => Ingress($"{own}-from-{other}", Allowed, other.Group)),
            new SecurityGroup.Types.Rule { Id = $"{own}-from-others", Direction = SecurityGroup.Types.Rule.Types.Direction.Ingress, Action = SecurityGroup.Types.Rule.Types.Action.Deny, Priority = Last },
            new SecurityGroup.Types.Rule { Id = $"{own}-out", Direction = SecurityGroup.Types.Rule.Types.Direction.Egress, Priority = Last },
        },
    });

    private static SecurityGroup.Types.Rule Ingress(string id, uint priority, uint from) => new()
    {
        Id = id,
        Direction = SecurityGroup.Types.Rule.Types.Direction.Ingress,
        Priority = priority,
        RemoteSecurityGroup = from,
    };
}
