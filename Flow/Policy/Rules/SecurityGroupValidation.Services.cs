using VRouter.Encap;

namespace VRouter.Flow;

public sealed partial class SecurityGroupValidation
{
    private const uint LastPort = ushort.MaxValue;
    private const uint LastNumber = byte.MaxValue;

    // Each of a rule's source ranges goes with each of its destination ranges: what bounds the memory of a compiled rule.
    private const long MostCombinations = 4096;

    private void CheckProtocol(int index, SecurityRule rule)
    {
        if (rule.Protocol > LastNumber)
        {
            Add($"rules[{index}].protocol", $"{rule.Protocol} is not in 0 to {LastNumber}");
        }

        if (rule.Icmp is not { } icmp)
        {
            return;
        }

        if (icmp.Type > LastNumber)
        {
            Add($"rules[{index}].icmp.type", $"{icmp.Type} is not in 0 to {LastNumber}");
        }

        if (icmp.Code > LastNumber)
        {
            Add($"rules[{index}].icmp.code", $"{icmp.Code} is not in 0 to {LastNumber}");
        }

        CheckIcmpHasItsProtocol(index, rule);
    }

    private void CheckIcmpHasItsProtocol(int index, SecurityRule rule)
    {
        if (rule.Protocol is not { } protocol)
        {
            Add($"rules[{index}].icmp", "needs a protocol: 1, or 58 for IPv6");
        }
        else if (protocol is not (IpProtocol.Icmp or IpProtocol.Icmpv6))
        {
            Add($"rules[{index}].icmp", $"protocol {protocol} is not ICMP");
        }
        else if (protocol == IpProtocol.Icmpv6 && (rule.EtherType == RuleEtherType.Ipv4 || rule.RemotePrefix is { IsIpv6: false }))
        {
            Add($"rules[{index}].icmp", "protocol 58 is not IPv4's ICMP");
        }
        else if (protocol == IpProtocol.Icmp && rule.EtherType == RuleEtherType.Any && rule.RemotePrefix is { IsIpv6: true })
        {
            Add($"rules[{index}].icmp", "protocol 1 is not IPv6's ICMP unless ether_type is IPV6");
        }
    }

    private void CheckPorts(int index, string field, SecurityRule rule, ValueList<PortRange> ranges)
    {
        if (ranges.Count > 0 && rule.Protocol is <= LastNumber and { } protocol && !Services.HasPorts((byte)protocol))
        {
            Add($"rules[{index}].{field}", $"protocol {protocol} has no ports");
        }

        for (int i = 0; i < ranges.Count; i++)
        {
            CheckRange(index, field, i, ranges[i]);
        }
    }

    private void CheckRange(int index, string field, int place, PortRange range)
    {
        if (range.First > LastPort)
        {
            Add($"rules[{index}].{field}[{place}].first", $"{range.First} is above {LastPort}");
        }

        if (range.Last > LastPort)
        {
            Add($"rules[{index}].{field}[{place}].last", $"{range.Last} is above {LastPort}");
        }

        if (range.First > range.Last)
        {
            Add($"rules[{index}].{field}[{place}].first", $"{range.First} is above the last, {range.Last}");
        }
    }

    private void CheckCombinations(int index, SecurityRule rule)
    {
        long combinations = (long)rule.SourcePorts.Count * rule.DestinationPorts.Count;

        if (combinations > MostCombinations)
        {
            Add(
                $"rules[{index}].source_ports",
                $"{rule.SourcePorts.Count} ranges with {rule.DestinationPorts.Count} destination ranges each are more than {MostCombinations}");
        }
    }
}
