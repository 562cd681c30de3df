using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Vifs, "interfaces" in the contract, both ways. The two enums of kinds have equal numbers.</summary>
internal static class VifTranslation
{
    private const int DefaultMtu = 1500;

    public static Vif Read(V1.Interface vif, ObjectScope scope)
    {
        RefuseWhatIsNotSupported(vif, scope);
        ValueList<IpPrefix> addresses = [.. vif.Addresses.Select((text, i) => ReadAddress(vif, scope, $"addresses[{i}]", text))];
        int mtu = scope.Number("mtu", vif.Mtu, int.MaxValue);

        return new Vif(new VifId(vif.Id), ReadKind(vif, scope))
        {
            Name = vif.Name,
            Mac = scope.Mac("mac", vif.Mac),
            Vrf = new VrfId(vif.Vrf),
            Addresses = addresses,
            AllowedAddressPairs = [.. vif.AllowedAddressPairs.Select((pair, i) => ReadPair(pair, scope, $"allowed_address_pairs[{i}]"))],
            SourceCheckDisabled = vif.SourceCheckDisabled,
            SecurityGroups = [.. vif.SecurityGroups.Select(group => new SecurityGroupId(group))],
            MaxFlows = vif.MaxFlows,
            PolicyDisabled = vif.PolicyDisabled,
            Label = new MplsLabel(vif.Label),
            Mtu = mtu == 0 ? DefaultMtu : mtu,
            Vlan = (ushort)scope.Number("vlan", vif.Vlan, ushort.MaxValue),
            Gateways = [.. vif.Gateways.Select((text, i) => scope.Address($"gateways[{i}]", text))],
            Port = vif.Port is null ? null : PortTranslation.Read(vif.Port, scope),
        };
    }

    public static V1.Interface Write(Vif vif) => new()
    {
        Id = vif.Id.Value,
        Name = vif.Name,
        Kind = (V1.Interface.Types.Kind)vif.Kind,
        Mac = vif.Mac.ToString(),
        Vrf = vif.Vrf.Value,
        Addresses = { vif.Addresses.Select(address => WriteAddress(vif.Kind, address)) },
        AllowedAddressPairs = { vif.AllowedAddressPairs.Select(WritePair) },
        SourceCheckDisabled = vif.SourceCheckDisabled,
        SecurityGroups = { vif.SecurityGroups.Select(group => group.Value) },
        MaxFlows = vif.MaxFlows,
        PolicyDisabled = vif.PolicyDisabled,
        Label = vif.Label.Value,
        Mtu = (uint)vif.Mtu,
        Vlan = vif.Vlan,
        Gateways = { vif.Gateways.Select(gateway => gateway.ToString()) },
        Port = vif.Port is null ? null : PortTranslation.Write(vif.Port),
    };

    private static void RefuseWhatIsNotSupported(V1.Interface vif, ObjectScope scope)
    {
        scope.RefuseIf(vif.MirrorSession != 0, "mirror_session", "mirroring is");
        scope.RefuseIf(vif.Dhcp is not null, "dhcp", "answering DHCP is");
    }

    private static VifKind ReadKind(V1.Interface vif, ObjectScope scope)
    {
        if (vif.Kind is V1.Interface.Types.Kind.Unspecified || !Enum.IsDefined(vif.Kind))
        {
            scope.Add("kind", "is none of FABRIC, TENANT, HOST");
        }

        return (VifKind)vif.Kind;
    }

    /// <summary>On a FABRIC the length says what is reached without a gateway, so there it cannot be left out.</summary>
    private static IpPrefix ReadAddress(V1.Interface vif, ObjectScope scope, string field, string text)
    {
        if (vif.Kind == V1.Interface.Types.Kind.Fabric && IpAddress.TryParse(text, out _))
        {
            scope.Add(field, $"'{text}' has no prefix length, which a FABRIC's address needs");
        }

        return scope.Prefix(field, text);
    }

    /// <summary>The contract writes a tenant's addresses bare.</summary>
    private static string WriteAddress(VifKind kind, IpPrefix address) =>
        kind != VifKind.Fabric && address.IsHost ? address.Address.ToString() : address.ToString();

    private static AddressPair ReadPair(V1.AddressPair pair, ObjectScope scope, string field) =>
        new(scope.Prefix($"{field}.prefix", pair.Prefix), scope.OptionalMac($"{field}.mac", pair.Mac));

    private static V1.AddressPair WritePair(AddressPair pair) => new() { Prefix = pair.Prefix.ToString(), Mac = OptionalText.Of(pair.Mac) };
}
