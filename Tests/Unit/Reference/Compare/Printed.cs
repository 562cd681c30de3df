using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Configurations as people read them when a comparison fails.</summary>
internal static class Printed
{
    public static string Of(Transaction transaction)
    {
        IEnumerable<string> lines =
        [
            .. transaction.Settings is { } settings ? [Of(settings)] : Array.Empty<string>(),
            .. transaction.Vrfs.Where(vrf => vrf.RpfDisabled).Select(vrf => $"vrf {vrf.Id}: no RPF"),
            .. transaction.Vifs.Where(vif => vif.Kind == VifKind.Tenant).Select(Of),
            .. transaction.NextHops.Select(nextHop => nextHop.ToString()),
            .. transaction.Routes.Select(Of),
            .. transaction.SecurityGroups.Select(Of),
            .. transaction.FloatingIps.Select(floatingIp => floatingIp.ToString()),
            .. transaction.SourceNats.Select(nat => nat.ToString()),
            .. transaction.Deletes.Select(key => $"without {key}"),
        ];

        return string.Join(Environment.NewLine + "  ", lines);
    }

    private static string Of(Settings settings) => $"at most {settings.MaxFlows} flows, {settings.MaxFlowsPerInterface} an interface";

    private static string Of(Vif vif) =>
        $"vif {vif.Id}: vrf {vif.Vrf}, label {vif.Label.Value}, groups {vif.SecurityGroups}, at most {vif.MaxFlows} flows{(vif.PolicyDisabled ? ", no policy" : "")}";

    private static string Of(Route route) =>
        $"route {route.Prefix} in vrf {route.Vrf}: next hop {route.NextHop}, label {route.Label}, groups {route.SecurityGroups}";

    private static string Of(SecurityGroup group) => string.Join(Environment.NewLine + "    ", group.Rules.Select(Of).Prepend($"group {group.Id}:"));

    private static string Of(SecurityRule rule)
    {
        string ports = rule.DestinationPorts.Count == 0 ? "" : $" ports {rule.DestinationPorts}";
        return $"{rule.Id}: {rule.Priority} {rule.Action} {rule.Direction} {rule.EtherType} protocol {rule.Protocol}{ports} peer {rule.RemotePrefix}{rule.RemoteGroup}";
    }
}
