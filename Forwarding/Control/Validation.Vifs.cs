using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class Validation
{
    private const int SmallestMtu = 576;
    private const int LargestMtu = 65535;

    private void CheckVifs()
    {
        CheckDistinct(_transaction.Vifs, vif => vif.Id, ObjectKey.Of);

        foreach (Vif vif in _transaction.Vifs)
        {
            CheckVif(ObjectKey.Of(vif.Id), vif);
        }

        // What is checked against all other vifs.
        if (_transaction.Vifs.Count > 0)
        {
            CheckOneHost();
            CheckVifLabels();
            CheckDevices();
        }
    }

    private void CheckVif(ObjectKey key, Vif vif)
    {
        if (vif.Id.Value == 0)
        {
            Add(key, "id", "0 is not an id");
        }

        if (vif.Mac.IsZero || vif.Mac.IsGroup)
        {
            Add(key, "mac", $"{vif.Mac} is not the address of one station");
        }

        if (vif.Mtu is < SmallestMtu or > LargestMtu)
        {
            Add(key, "mtu", $"{vif.Mtu} is not in {SmallestMtu} to {LargestMtu}");
        }

        if (vif.Vlan > 4094)
        {
            Add(key, "vlan", $"{vif.Vlan} is not in 1 to 4094");
        }

        CheckVrf(key, vif);
        CheckAddresses(key, vif);
        CheckGateways(key, vif);
        CheckPairs(key, vif);
        CheckPort(key, vif);
        CheckGroups(key, vif);
    }

    private void CheckVrf(ObjectKey key, Vif vif)
    {
        if (vif.Kind is not (VifKind.Fabric or VifKind.Tenant or VifKind.Host))
        {
            Add(key, "kind", "is neither FABRIC, TENANT nor HOST");
        }

        if (!_draft.Has(vif.Vrf))
        {
            AddOfState(key, "vrf", $"there is no VRF {vif.Vrf}");
        }
        else if (vif.Kind != VifKind.Tenant && vif.Vrf.Value != 0)
        {
            Add(key, "vrf", $"a {vif.Kind.ToString().ToUpperInvariant()} interface is always in VRF 0, not {vif.Vrf}");
        }
    }

    private void CheckAddresses(ObjectKey key, Vif vif)
    {
        for (int i = 0; i < vif.Addresses.Count; i++)
        {
            IpPrefix address = vif.Addresses[i];

            if (vif.Kind == VifKind.Tenant && !address.IsHost)
            {
                Add(key, $"addresses[{i}]", $"{address}: a TENANT's address has no length but the full one");
            }

            if (vif.Kind != VifKind.Tenant && (address.Length == 0 || address.Length > address.Address.Bits))
            {
                Add(key, $"addresses[{i}]", $"{address}: the address of a {vif.Kind.ToString().ToUpperInvariant()} has the length of its subnet");
            }

            if (address.Address.IsUnspecified || address.Address.IsMulticast)
            {
                Add(key, $"addresses[{i}]", $"{address} is not the address of one host");
            }

            if (vif.Addresses.Span[..i].Contains(address))
            {
                Add(key, $"addresses[{i}]", $"{address} is there twice");
            }
        }
    }

    private void CheckGateways(ObjectKey key, Vif vif)
    {
        for (int i = 0; i < vif.Gateways.Count; i++)
        {
            if (vif.Gateways[i].IsUnspecified || vif.Gateways[i].IsMulticast)
            {
                Add(key, $"gateways[{i}]", $"{vif.Gateways[i]} is not the address of one host");
            }
        }
    }

    private void CheckPairs(ObjectKey key, Vif vif)
    {
        for (int i = 0; i < vif.AllowedAddressPairs.Count; i++)
        {
            AddressPair pair = vif.AllowedAddressPairs[i];

            CheckPrefix(key, $"allowed_address_pairs[{i}].prefix", pair.Prefix);

            if (pair.Mac.IsGroup)
            {
                Add(key, $"allowed_address_pairs[{i}].mac", $"{pair.Mac} is a group's address");
            }
        }
    }

    private void CheckPort(ObjectKey key, Vif vif)
    {
        switch (vif.Port)
        {
            case AfXdpSpec { Device.Length: 0 }:
                Add(key, "port.af_xdp.device", "names no device");
                break;

            case AfXdpSpec { RingSize: var size } when size < 64 || (size & (size - 1)) != 0:
                Add(key, "port.af_xdp.ring_size", $"{size} is not a power of two of at least 64");
                break;

            case TapSpec { Device.Length: 0 or > 15 }:
                Add(key, "port.tap.device", "a device's name has 1 to 15 characters");
                break;
        }
    }

    private void CheckOneHost()
    {
        foreach (Vif extra in _draft.Vifs.Where(vif => vif.Kind == VifKind.Host).OrderBy(vif => vif.Id.Value).Skip(1))
        {
            Add(ObjectKey.Of(extra.Id), "kind", "there is one HOST interface at most");
        }
    }

    private void CheckVifLabels()
    {
        var owners = new Dictionary<MplsLabel, VifId>();
        var deleted = _transaction.Deletes.Where(key => key.Kind == ObjectKind.Label).Select(key => new MplsLabel(key.Id)).ToHashSet();
        var added = _transaction.Labels.Select(label => label.Label).ToHashSet();

        foreach (Vif vif in _transaction.Vifs.Where(vif => vif.Label.Value != 0))
        {
            ObjectKey key = ObjectKey.Of(vif.Id);

            if (vif.Label.Value is < FirstLabel or > LastLabel)
            {
                Add(key, "label", $"{vif.Label} is not in {FirstLabel} to {LastLabel}");
            }

            if (!owners.TryAdd(vif.Label, vif.Id))
            {
                Add(key, "label", $"{vif.Label} is the label of interface {owners[vif.Label]} too");
            }
            else if (_draft.FindLabelOwner(vif.Label) is { } other && other != vif.Id)
            {
                AddOfState(key, "label", $"{vif.Label} is the label of interface {other} too");
            }
            else if (_configuration.Labels.ContainsKey(vif.Label) && !deleted.Contains(vif.Label) && !added.Contains(vif.Label))
            {
                Add(key, "label", $"{vif.Label} is a label of its own");
            }
            else if (added.Contains(vif.Label))
            {
                Add(key, "label", $"{vif.Label} is a label of its own in the same request");
            }
        }
    }

    private void CheckDevices()
    {
        if (_transaction.Vifs.All(vif => vif.Port is null))
        {
            return;
        }

        foreach (IGrouping<(Type, string, string), Vif> users in _draft.Vifs.Where(vif => vif.Port is not null).GroupBy(vif => DeviceOf(vif.Port!)))
        {
            foreach (Vif extra in users.OrderBy(vif => vif.Id.Value).Skip(1))
            {
                AddOfState(ObjectKey.Of(extra.Id), "port", $"the device {users.Key.Item2} is interface {users.Min(vif => vif.Id.Value)}'s");
            }
        }
    }

    private static (Type Kind, string Device, string Namespace) DeviceOf(PortSpec port) => port switch
    {
        TapSpec tap => (typeof(TapSpec), tap.Device, tap.NetworkNamespace),
        AfXdpSpec afXdp => (typeof(AfXdpSpec), afXdp.Device, ""),
        _ => (port.GetType(), "", ""),
    };
}
