using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Which source NAT has an address; where several share it, each with ports of its own, the one of the lowest number stands for all.</summary>
internal sealed class Pools
{
    private readonly Dictionary<VrfAddress, SortedList<uint, SourceNatState>> _owners = [];

    /// <summary>What packets see of it.</summary>
    public PersistentMap<VrfAddress, SourceNatState>.Builder Published { get; } = PersistentMap<VrfAddress, SourceNatState>.Empty.Edit();

    public void Add(SourceNatState nat)
    {
        foreach (IpAddress address in nat.Addresses)
        {
            var key = new VrfAddress(nat.OutsideVrf, address);

            if (!_owners.TryGetValue(key, out SortedList<uint, SourceNatState>? owners))
            {
                owners = [];
                _owners.Add(key, owners);
            }

            owners[nat.Id.Value] = nat;
            Published.Set(key, owners.GetValueAtIndex(0));
        }
    }

    public void Remove(SourceNatState nat)
    {
        foreach (IpAddress address in nat.Addresses)
        {
            var key = new VrfAddress(nat.OutsideVrf, address);
            SortedList<uint, SourceNatState> owners = _owners[key];
            owners.Remove(nat.Id.Value);

            if (owners.Count == 0)
            {
                _owners.Remove(key);
            }

            Published.Set(key, owners.Count > 0 ? owners.GetValueAtIndex(0) : null);
        }
    }
}
