using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Source NATs, both ways. Ports that are at their default are left out.</summary>
internal static class SourceNatTranslation
{
    public static SourceNat Read(V1.SourceNat nat, ObjectScope scope) => new(new SourceNatId(nat.Id))
    {
        Vrf = new VrfId(nat.Vrf),
        SourcePrefixes = [.. nat.SourcePrefixes.Select((text, i) => scope.Prefix($"source_prefixes[{i}]", text))],
        ExcludedDestinations = [.. nat.ExcludedDestinations.Select((text, i) => scope.Prefix($"excluded_destinations[{i}]", text))],
        Addresses = [.. nat.Addresses.Select((text, i) => scope.Address($"addresses[{i}]", text))],
        Ports = nat.Ports is null ? SourceNat.AllPorts : new PortRange(nat.Ports.First, nat.Ports.Last),
        OutsideVrf = new VrfId(nat.OutsideVrf),
    };

    public static V1.SourceNat Write(SourceNat nat) => new()
    {
        Id = nat.Id.Value,
        Vrf = nat.Vrf.Value,
        SourcePrefixes = { nat.SourcePrefixes.Select(prefix => prefix.ToString()) },
        ExcludedDestinations = { nat.ExcludedDestinations.Select(prefix => prefix.ToString()) },
        Addresses = { nat.Addresses.Select(address => address.ToString()) },
        Ports = nat.Ports == SourceNat.AllPorts ? null : new() { First = nat.Ports.First, Last = nat.Ports.Last },
        OutsideVrf = nat.OutsideVrf.Value,
    };
}
