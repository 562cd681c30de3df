using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>Finds every problem of a security group (semantics, section 8): what it passes can be compiled.</summary>
public sealed partial class SecurityGroupValidation
{
    private readonly List<RuleProblem> _problems = [];
    private readonly Dictionary<string, int> _ids = [];

    private SecurityGroupValidation()
    {
    }

    /// <summary>All that is wrong with the group; empty where nothing is.</summary>
    public static IReadOnlyList<RuleProblem> Check(SecurityGroup group)
    {
        var validation = new SecurityGroupValidation();

        if (group.Id.Value == 0)
        {
            validation.Add("id", "0 is not an id");
        }

        for (int i = 0; i < group.Rules.Count; i++)
        {
            validation.CheckRule(i, group.Rules[i]);
        }

        return validation._problems;
    }

    private void Add(string field, string message) => _problems.Add(new RuleProblem(field, message));

    private void CheckRule(int index, SecurityRule rule)
    {
        if (rule.Id.Length > 0 && !_ids.TryAdd(rule.Id, index))
        {
            Add($"rules[{index}].id", $"'{rule.Id}' is the id of rules[{_ids[rule.Id]}] too");
        }

        CheckKinds(index, rule);
        CheckProtocol(index, rule);
        CheckPorts(index, "source_ports", rule, rule.SourcePorts);
        CheckPorts(index, "destination_ports", rule, rule.DestinationPorts);
        CheckCombinations(index, rule);
        CheckRemote(index, rule);
    }

    private void CheckKinds(int index, SecurityRule rule)
    {
        if (rule.Direction is not (RuleDirection.Ingress or RuleDirection.Egress))
        {
            Add($"rules[{index}].direction", "is neither INGRESS nor EGRESS");
        }

        if (rule.EtherType is not (RuleEtherType.Any or RuleEtherType.Ipv4 or RuleEtherType.Ipv6))
        {
            Add($"rules[{index}].ether_type", "is neither ANY_ETHER_TYPE, IPV4 nor IPV6");
        }

        if (rule.Action is not (RuleAction.Allow or RuleAction.Deny))
        {
            Add($"rules[{index}].action", "is neither ALLOW nor DENY");
        }
    }

    private void CheckRemote(int index, SecurityRule rule)
    {
        if (rule.RemotePrefix is { } prefix)
        {
            CheckRemotePrefix($"rules[{index}].remote_prefix", prefix, rule.EtherType);
        }

        if (rule.RemoteGroup is { Value: 0 })
        {
            Add($"rules[{index}].remote_security_group", "0 is not an id");
        }

        if (rule is { RemotePrefix: not null, RemoteGroup: not null })
        {
            Add($"rules[{index}].remote_security_group", "stands beside a remote_prefix; a rule has one remote");
        }
    }

    private void CheckRemotePrefix(string field, IpPrefix prefix, RuleEtherType etherType)
    {
        if (prefix.Length > prefix.Address.Bits)
        {
            Add(field, $"{prefix} is longer than an address");
        }
        else if (prefix.HasHostBits)
        {
            Add(field, $"{prefix} has bits set behind its length; the prefix is {prefix.Network}");
        }

        if (etherType == (prefix.IsIpv6 ? RuleEtherType.Ipv4 : RuleEtherType.Ipv6))
        {
            Add(field, $"{prefix} is not of the rule's ether_type, {(prefix.IsIpv6 ? "IPV4" : "IPV6")}");
        }
    }
}
