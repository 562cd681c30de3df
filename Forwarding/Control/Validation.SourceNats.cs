using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

internal sealed partial class Validation
{
    private void CheckSourceNats()
    {
        CheckDistinct(_transaction.SourceNats, nat => nat.Id, ObjectKey.Of);

        foreach (SourceNat nat in _transaction.SourceNats)
        {
            CheckSourceNat(ObjectKey.Of(nat.Id), nat);
        }

        if (_transaction.SourceNats.Count > 0)
        {
            CheckPoolsApart();
        }
    }

    private void CheckSourceNat(ObjectKey key, SourceNat nat)
    {
        if (nat.Id.Value == 0)
        {
            Add(key, "id", "0 is not an id");
        }

        if (!_draft.Has(nat.Vrf))
        {
            AddOfState(key, "vrf", $"there is no VRF {nat.Vrf}");
        }

        if (!_draft.Has(nat.OutsideVrf))
        {
            AddOfState(key, "outside_vrf", $"there is no VRF {nat.OutsideVrf}");
        }
        else if (nat.OutsideVrf == nat.Vrf)
        {
            Add(key, "outside_vrf", $"nothing leaves VRF {nat.Vrf} for itself");
        }

        CheckPool(key, nat);
        CheckSources(key, nat);
        CheckPrefixes(key, "excluded_destinations", nat.ExcludedDestinations);
        CheckPorts(key, nat.Ports);
    }

    private void CheckPool(ObjectKey key, SourceNat nat)
    {
        HashSet<IpAddress> seen = [];

        if (nat.Addresses.Count == 0)
        {
            Add(key, "addresses", "a source NAT has at least one");
        }

        for (int i = 0; i < nat.Addresses.Count; i++)
        {
            CheckHost(key, $"addresses[{i}]", nat.Addresses[i]);

            if (!seen.Add(nat.Addresses[i]))
            {
                Add(key, $"addresses[{i}]", $"{nat.Addresses[i]} is there twice");
            }
        }
    }

    private void CheckSources(ObjectKey key, SourceNat nat)
    {
        CheckPrefixes(key, "source_prefixes", nat.SourcePrefixes);

        for (int i = 0; i < nat.SourcePrefixes.Count; i++)
        {
            IpPrefix prefix = nat.SourcePrefixes[i];

            if (nat.Addresses.Count > 0 && nat.Addresses.All(address => address.IsIpv6 != prefix.IsIpv6))
            {
                Add(key, $"source_prefixes[{i}]", $"no address of the pool is of the family of {prefix}");
            }
        }
    }

    private void CheckPorts(ObjectKey key, PortRange ports)
    {
        if (ports.First == 0)
        {
            Add(key, "ports.first", "0 is not a port");
        }

        if (ports.Last > ushort.MaxValue)
        {
            Add(key, "ports.last", $"{ports.Last} is above {ushort.MaxValue}");
        }

        if (ports.First > ports.Last)
        {
            Add(key, "ports.first", $"{ports.First} is above the last, {ports.Last}");
        }
    }

    /// <summary>Two may share an address, not a port of it: an answer is one flow's.</summary>
    private void CheckPoolsApart()
    {
        var pools = new Dictionary<(VrfId Vrf, IpAddress Address), List<SourceNat>>();

        foreach (SourceNat nat in _draft.OtherSourceNats.Concat(_transaction.SourceNats))
        {
            foreach (IpAddress address in nat.Addresses.Distinct().Where(address => !address.IsUnspecified))
            {
                List<SourceNat> sharing = pools.GetValueOrDefault((nat.OutsideVrf, address), []);

                if (sharing.Find(other => other.Id != nat.Id && Overlap(other.Ports, nat.Ports)) is { } other)
                {
                    Add(ObjectKey.Of(nat.Id), "addresses", $"{address} with ports {nat.Ports} overlaps source nat {other.Id}, which has ports {other.Ports} of it");
                }

                sharing.Add(nat);
                pools[(nat.OutsideVrf, address)] = sharing;
            }
        }
    }

    private static bool Overlap(PortRange one, PortRange other) => one.First <= other.Last && other.First <= one.Last;
}
