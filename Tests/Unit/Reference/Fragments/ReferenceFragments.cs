using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The datagrams of which fragments have come (semantics, section 4).</summary>
internal sealed class ReferenceFragments
{
    private static readonly TimeSpan s_mostWait = TimeSpan.FromSeconds(2);

    private readonly Dictionary<(VifId Vif, VrfId Vrf, IpAddress Source, IpAddress Destination, byte Protocol, uint Id), ReferenceDatagram> _datagrams = [];

    /// <summary>Takes a fragment; its datagram counts, and goes, with this interface.</summary>
    public FragmentAnswer Take(Arrival arrival, VifId vif, TimeSpan now)
    {
        IpPacket ip = arrival.Ip;

        // Whole for all its fragment header, and no business of others (RFC 6946).
        if (ip.Fragment is { Offset: 0, HasMore: false } && ReferenceDatagram.IsPossible(ip))
        {
            return new FragmentAnswer(DropReason.None, ReferenceTransport.Of(ip), []);
        }

        // Later fragments of IPv6 need not name the protocol that the first one ends with.
        var key = (arrival.Key.Vif, arrival.Vrf, ip.Source, ip.Destination, ip.IsIpv6 ? IpProtocol.Fragment : ip.Protocol, ip.Fragment!.Id);

        if (!_datagrams.TryGetValue(key, out ReferenceDatagram? datagram) || datagram.IsOver(now))
        {
            _datagrams[key] = datagram = new ReferenceDatagram(vif, now);
        }

        FragmentAnswer answer = datagram.Take(arrival, now);

        if (datagram.IsComplete)
        {
            _datagrams.Remove(key);
        }

        return answer;
    }

    /// <summary>Those that have waited too long.</summary>
    public IReadOnlyList<Arrival> TakeOverdue(TimeSpan now) => [.. _datagrams.Values.SelectMany(datagram => datagram.TakeWaiting(since => now - since >= s_mostWait))];

    /// <summary>Those of an interface that is gone, with all that was known of their datagrams.</summary>
    public IReadOnlyList<Arrival> TakeOf(VifId vif)
    {
        ReferenceDatagram[] gone = [.. _datagrams.Values.Where(datagram => datagram.Vif == vif)];
        gone.ToList().ForEach(datagram => _datagrams.Remove(_datagrams.Single(pair => pair.Value == datagram).Key));
        return [.. gone.SelectMany(datagram => datagram.TakeWaiting(_ => true))];
    }
}
