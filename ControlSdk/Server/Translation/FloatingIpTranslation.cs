using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Floating IPs, both ways. The two enums of directions have equal numbers.</summary>
internal static class FloatingIpTranslation
{
    /// <summary>The floating IP; null where its key cannot be read.</summary>
    public static FloatingIp? Read(V1.FloatingIp floatingIp, ObjectScope scope)
    {
        if (!Enum.IsDefined(floatingIp.Direction))
        {
            scope.Add("direction", "is none of BOTH, INGRESS, EGRESS");
        }

        IpAddress? fixedAddress = scope.OptionalAddress("fixed_address", floatingIp.FixedAddress);
        PortMapping[] mappings = [.. floatingIp.PortMappings.Select((mapping, i) => ReadMapping(mapping, scope, $"port_mappings[{i}]"))];
        IpPrefix[] sources = [.. floatingIp.SourcePrefixes.Select((text, i) => scope.Prefix($"source_prefixes[{i}]", text))];

        if (!IpAddress.TryParse(floatingIp.Address, out IpAddress address))
        {
            _ = scope.Address("address", floatingIp.Address);
            return null;
        }

        return new FloatingIp(new VrfId(floatingIp.Vrf), address)
        {
            Vifs = [.. floatingIp.Interfaces.Select(vif => new VifId(vif))],
            FixedAddress = fixedAddress,
            Direction = (FloatingIpDirection)floatingIp.Direction,
            PortMappings = [.. mappings],
            SourcePrefixes = [.. sources],
        };
    }

    public static V1.FloatingIp Write(FloatingIp floatingIp) => new()
    {
        Vrf = floatingIp.Vrf.Value,
        Address = floatingIp.Address.ToString(),
        Interfaces = { floatingIp.Vifs.Select(vif => vif.Value) },
        FixedAddress = OptionalText.Of(floatingIp.FixedAddress),
        Direction = (V1.FloatingIp.Types.Direction)floatingIp.Direction,
        PortMappings = { floatingIp.PortMappings.Select(WriteMapping) },
        SourcePrefixes = { floatingIp.SourcePrefixes.Select(prefix => prefix.ToString()) },
    };

    private static PortMapping ReadMapping(V1.FloatingIp.Types.PortMapping mapping, ObjectScope scope, string field)
    {
        byte protocol = scope.Protocol($"{field}.protocol", mapping.Protocol);
        ushort sourcePort = scope.Port($"{field}.source_port", mapping.SourcePort);

        return new PortMapping(protocol, sourcePort, scope.Port($"{field}.destination_port", mapping.DestinationPort))
        {
            Vifs = [.. mapping.Interfaces.Select(vif => new VifId(vif))],
            Forward = mapping.Forward is { } forward
                ? new PortForward(new VrfId(forward.Vrf), scope.Address($"{field}.forward.address", forward.Address), forward.TranslateSource)
                : null,
        };
    }

    private static V1.FloatingIp.Types.PortMapping WriteMapping(PortMapping mapping) => new()
    {
        Protocol = mapping.Protocol,
        SourcePort = mapping.SourcePort,
        DestinationPort = mapping.DestinationPort,
        Interfaces = { mapping.Vifs.Select(vif => vif.Value) },
        Forward = mapping.Forward is { } forward
            ? new() { Vrf = forward.Vrf.Value, Address = forward.Address.ToString(), TranslateSource = forward.TranslateSource }
            : null,
    };
}
