using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Whom tunnel packets are taken from: the far ends of the configured tunnels, and the trusted prefixes of the settings.</summary>
internal sealed class TunnelSources(RouteStore routes)
{
    // No VRF has this number.
    private readonly RouteTable _table = new(-1);
    private readonly Dictionary<IpPrefix, int> _users = [];

    public Fib Fib => _table.Fib;

    public void Add(IpPrefix source, uint generation)
    {
        int users = _users.GetValueOrDefault(source);
        _users[source] = users + 1;

        if (users == 0)
        {
            routes.Set(_table, source, new RouteEntry { Flags = RouteFlags.Derived, Generation = generation });
        }
    }

    public void Remove(IpPrefix source)
    {
        int users = _users[source] - 1;

        if (users > 0)
        {
            _users[source] = users;
            return;
        }

        _users.Remove(source);
        routes.Remove(_table, source);
    }
}
