using Google.Protobuf.Collections;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.ControlSdk.Server;

/// <summary>Security groups, both ways. The enums of the two sides have equal numbers; validation knows those that there are.</summary>
internal static class SecurityGroupTranslation
{
    public static SecurityGroup Read(V1.SecurityGroup group, ObjectScope scope) => new(
        new SecurityGroupId(group.Id), group.Name, [.. group.Rules.Select((rule, i) => ReadRule(rule, scope, $"rules[{i}]"))]);

    public static V1.SecurityGroup Write(SecurityGroup group) => new()
    {
        Id = group.Id.Value,
        Name = group.Name,
        Rules = { group.Rules.Select(WriteRule) },
    };

    private static SecurityRule ReadRule(V1.SecurityGroup.Types.Rule rule, ObjectScope scope, string field) => new()
    {
        Id = rule.Id,
        Direction = (RuleDirection)rule.Direction,
        EtherType = (RuleEtherType)rule.EtherType,
        Action = (RuleAction)rule.Action,
        Priority = rule.Priority,
        Protocol = rule.HasProtocol ? rule.Protocol : null,
        SourcePorts = ReadPorts(rule.SourcePorts),
        DestinationPorts = ReadPorts(rule.DestinationPorts),
        Icmp = rule.Icmp is { } icmp ? new IcmpMatch(icmp.Type, icmp.HasCode ? icmp.Code : null) : null,
        RemotePrefix = rule.HasRemotePrefix ? ReadPrefix(rule.RemotePrefix, scope, $"{field}.remote_prefix") : null,
        RemoteGroup = rule.HasRemoteSecurityGroup ? new SecurityGroupId(rule.RemoteSecurityGroup) : null,
    };

    private static V1.SecurityGroup.Types.Rule WriteRule(SecurityRule rule)
    {
        var written = new V1.SecurityGroup.Types.Rule
        {
            Id = rule.Id,
            Direction = (V1.SecurityGroup.Types.Rule.Types.Direction)rule.Direction,
            EtherType = (V1.SecurityGroup.Types.Rule.Types.EtherType)rule.EtherType,
            Action = (V1.SecurityGroup.Types.Rule.Types.Action)rule.Action,
            Priority = rule.Priority,
            SourcePorts = { rule.SourcePorts.Select(WritePorts) },
            DestinationPorts = { rule.DestinationPorts.Select(WritePorts) },
            Icmp = rule.Icmp is { } icmp ? WriteIcmp(icmp) : null,
        };

        // To set one of these is to say that the rule has it.
        if (rule.Protocol is { } protocol)
        {
            written.Protocol = protocol;
        }

        if (rule.RemotePrefix is { } prefix)
        {
            written.RemotePrefix = prefix.ToString();
        }
        else if (rule.RemoteGroup is { } group)
        {
            written.RemoteSecurityGroup = group.Value;
        }

        return written;
    }

    private static ValueList<PortRange> ReadPorts(RepeatedField<V1.PortRange> ports) => [.. ports.Select(range => new PortRange(range.First, range.Last))];

    private static V1.PortRange WritePorts(PortRange range) => new() { First = range.First, Last = range.Last };

    private static V1.SecurityGroup.Types.Icmp WriteIcmp(IcmpMatch match)
    {
        var written = new V1.SecurityGroup.Types.Icmp { Type = match.Type };

        if (match.Code is { } code)
        {
            written.Code = code;
        }

        return written;
    }

    /// <summary>Null where it cannot be read: any other stand-in would be of one IP version.</summary>
    private static IpPrefix? ReadPrefix(string text, ObjectScope scope, string field)
    {
        if (IpPrefix.TryParse(text, out IpPrefix prefix))
        {
            return prefix;
        }

        _ = scope.Prefix(field, text);
        return null;
    }
}
