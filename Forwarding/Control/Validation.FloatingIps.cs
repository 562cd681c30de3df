using VRouter.Encap;

namespace VRouter.Forwarding;

internal sealed partial class Validation
{
    private void CheckFloatingIps()
    {
        if (_transaction.FloatingIps.Count == 0)
        {
            return;
        }

        int count = _configuration.FloatingIps.Count + _transaction.FloatingIps.Count(ip => !_configuration.FloatingIps.ContainsKey((ip.Vrf, ip.Address)));
        CheckRoom(ObjectKind.FloatingIp, count, StateEditor.MostFloatingIps);
        CheckDistinct(_transaction.FloatingIps, KeyOf, key => key);

        foreach (FloatingIp floatingIp in _transaction.FloatingIps)
        {
            CheckFloatingIp(KeyOf(floatingIp), floatingIp);
        }
    }

    private static ObjectKey KeyOf(FloatingIp floatingIp) => ObjectKey.Of(floatingIp.Vrf, floatingIp.Address);

    private void CheckFloatingIp(ObjectKey key, FloatingIp floatingIp)
    {
        if (!_draft.Has(floatingIp.Vrf))
        {
            AddOfState(key, "vrf", $"there is no VRF {floatingIp.Vrf}");
        }

        CheckHost(key, "address", floatingIp.Address);

        if (floatingIp.FixedAddress is { } fixedAddress)
        {
            CheckHost(key, "fixed_address", fixedAddress);
            CheckFamily(key, "fixed_address", fixedAddress, floatingIp.Address);
        }

        if (floatingIp.Direction is not (FloatingIpDirection.Both or FloatingIpDirection.Ingress or FloatingIpDirection.Egress))
        {
            Add(key, "direction", "is none of BOTH, INGRESS, EGRESS");
        }

        CheckMembers(key, floatingIp);
        CheckMappings(key, floatingIp);
        CheckPrefixes(key, "source_prefixes", floatingIp.SourcePrefixes);
    }

    private void CheckMembers(ObjectKey key, FloatingIp floatingIp)
    {
        HashSet<VifId> seen = [];

        for (int i = 0; i < floatingIp.Vifs.Count; i++)
        {
            VifId id = floatingIp.Vifs[i];

            if (!seen.Add(id))
            {
                Add(key, $"interfaces[{i}]", $"interface {id} is there twice");
            }
            else if (_draft.Find(id) is not { } vif)
            {
                AddOfState(key, $"interfaces[{i}]", $"there is no interface {id}");
            }
            else if (vif.Kind == VifKind.Fabric)
            {
                Add(key, $"interfaces[{i}]", $"interface {id} is a FABRIC, behind which are the guests of others; members are TENANT or HOST");
            }
        }
    }

    private void CheckMappings(ObjectKey key, FloatingIp floatingIp)
    {
        HashSet<VifId> members = [.. floatingIp.Vifs];
        var mapped = new MappedPorts();

        for (int i = 0; i < floatingIp.PortMappings.Count; i++)
        {
            PortMapping mapping = floatingIp.PortMappings[i];
            string field = $"port_mappings[{i}]";

            CheckPort(key, field, mapping.Protocol, "source_port", mapping.SourcePort);

            if (mapping.DestinationPort == 0)
            {
                Add(key, $"{field}.destination_port", "0 is not a port");
            }

            if (mapping.Forward is { } forward)
            {
                CheckForward(key, field, floatingIp, mapping, forward);
            }

            CheckMappedVifs(key, field, mapping, members);

            // Port 0 may stand for what could not be read.
            if (mapping.SourcePort != 0 && mapped.Add(mapping, i) is >= 0 and int before)
            {
                string who = before == i ? "for one interface twice" : $"by port_mappings[{before}] too";
                Add(key, field, $"port {mapping.SourcePort} of protocol {mapping.Protocol} is mapped {who}");
            }
        }
    }

    private void CheckForward(ObjectKey key, string field, FloatingIp floatingIp, PortMapping mapping, PortForward forward)
    {
        if (!_draft.Has(forward.Vrf))
        {
            AddOfState(key, $"{field}.forward.vrf", $"there is no VRF {forward.Vrf}");
        }

        CheckHost(key, $"{field}.forward.address", forward.Address);
        CheckFamily(key, $"{field}.forward.address", forward.Address, floatingIp.Address);

        if (mapping.Vifs.Count > 0)
        {
            Add(key, $"{field}.interfaces", "a mapping has interfaces or forwards, not both");
        }

        if ((forward.Vrf, forward.Address, mapping.DestinationPort) == (floatingIp.Vrf, floatingIp.Address, mapping.SourcePort))
        {
            Add(key, $"{field}.forward", "leads back to itself");
        }
    }

    private void CheckMappedVifs(ObjectKey key, string field, PortMapping mapping, HashSet<VifId> members)
    {
        for (int i = 0; i < mapping.Vifs.Count; i++)
        {
            if (!members.Contains(mapping.Vifs[i]))
            {
                Add(key, $"{field}.interfaces[{i}]", $"interface {mapping.Vifs[i]} is not a member");
            }
        }
    }

    private void CheckHost(ObjectKey key, string field, IpAddress address)
    {
        if (address.IsUnspecified || address.IsMulticast)
        {
            Add(key, field, $"{address} is not the address of one host");
        }
    }

    private void CheckFamily(ObjectKey key, string field, IpAddress address, IpAddress other)
    {
        if (address.IsIpv6 != other.IsIpv6)
        {
            Add(key, field, $"{address} is not of the family of {other}");
        }
    }
}
