namespace VRouter.Flow;

/// <summary>The rules of a block for one IP version, found from the packet: peer, then protocol, then ports.</summary>
/// <remarks>
/// The peer's address has one longest prefix among those that rules name; the remotes that hold it are this prefix, the prefixes around it
/// and everyone. With the groups that the peer is in, these are all rules that can match, however many there are. A remote answers with
/// the first of its rules: ranges of ports are painted over each other when the table is made.
/// </remarks>
internal sealed class RuleTable(
    PrefixMap prefixes,
    Dictionary<SecurityGroupId, int> groups,
    Remote[] remotes,
    ushort[] serviceKeys,
    Service[] services,
    RangeTable<ushort> ports,
    SourceTree[] sources)
{
    /// <summary>No rule matches: behind every rank.</summary>
    public const int NoRule = RangeTable<ushort>.Nothing;

    // Of a dictionary from id to number: hash, next, key and value, and a bucket.
    private const int GroupBytes = 20;
    private const int RemoteBytes = 16;
    private const int ServiceBytes = 18;

    public long Bytes =>
        prefixes.Bytes + groups.Count * GroupBytes + remotes.Length * RemoteBytes + services.Length * ServiceBytes + ports.Bytes + sources.Sum(tree => tree.Bytes);

    /// <summary>The rank of the first rule that matches.</summary>
    public int Find(in PolicyQuery query)
    {
        int best = NoRule;

        for (int remote = prefixes.Find(query.Peer); remote != Remote.None; remote = remotes[remote].Outer)
        {
            if (remotes[remote].Best >= best)
            {
                break;
            }

            best = FindAt(in remotes[remote], in query, best);
        }

        return groups.Count == 0 ? best : FindByGroup(in query, best);
    }

    private int FindByGroup(in PolicyQuery query, int best)
    {
        foreach (SecurityGroupId group in query.PeerGroups)
        {
            if (groups.TryGetValue(group, out int remote) && remotes[remote].Best < best)
            {
                best = FindAt(in remotes[remote], in query, best);
            }
        }

        return best;
    }

    // The first of a remote's rules that matches, or the one found so far where none goes before it.
    private int FindAt(in Remote remote, in PolicyQuery query, int best)
    {
        best = FindAt(in remote, query.Protocol, in query, best);
        return FindAt(in remote, Services.AnyFor(query.Protocol), in query, best);
    }

    private int FindAt(in Remote remote, ushort key, in PolicyQuery query, int best)
    {
        int found = serviceKeys.AsSpan(remote.FirstService, remote.Services).IndexOf(key);

        if (found < 0)
        {
            return best;
        }

        ref readonly Service service = ref services[remote.FirstService + found];
        best = Math.Min(best, ports.Find(service.Destinations, query.DestinationPort));

        return service.Sources < 0 ? best : sources[service.Sources].Find(ports, in query, best);
    }
}
