using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Fragments follow the first one of their datagram, for which they wait (semantics, section 4).</summary>
internal sealed partial class ReferenceRouter
{
    private readonly ReferenceFragments _fragments = new();

    // Those that have waited for the packet that came in.
    private readonly List<(Arrival Arrival, ReferenceTransport? Transport)> _released = [];

    // What has become of others than the packet that came in.
    private readonly List<Outcome> _others = [];

    // What the first fragment told, while those that have waited for it come in again.
    private ReferenceTransport? _told;

    /// <summary>Finds who talks to whom. Not null: it waits, or is dropped.</summary>
    private Outcome? Follow(ref Arrival arrival)
    {
        ReferenceTransport? transport = _told;

        if (transport is null)
        {
            // Who forges a fragment must not spoil the datagram; one that is whole has none to spoil.
            if (arrival is { Tunnel: not null, Ip.Fragment: not { Offset: 0, HasMore: false } } && !IsRoutedInto(arrival))
            {
                return Outcome.Dropped(DropReason.InvalidSource);
            }

            FragmentAnswer answer = _fragments.Take(arrival, EndOf(arrival), Now);
            _released.AddRange(answer.Released.Select(released => (released, answer.Transport)));

            if (answer.Transport is null)
            {
                return answer.Reason == DropReason.None ? Outcome.Held : Outcome.Dropped(answer.Reason);
            }

            transport = answer.Transport;
        }

        arrival = arrival with { Tuple = new FiveTuple(arrival.Ip.Source, arrival.Ip.Destination, transport.Protocol, transport.SourcePort, transport.DestinationPort) };
        return transport.IsError ? Outcome.Dropped(DropReason.UnrelatedError) : null;
    }

    /// <summary>The end here that a fragment counts with: its sender or, from elsewhere, its receiver; in transit, where it came in.</summary>
    private VifId EndOf(Arrival arrival) =>
        arrival.Key.Vif.Value != 0 ? arrival.Key.Vif : State.Resolve(arrival.Vrf, arrival.Ip.Destination).Receiver?.Id ?? arrival.Ingress.Id;

    /// <summary>Those that have waited come in again, now that it is known what they are of; or are dropped, when that cannot be.</summary>
    private void Resume()
    {
        (Arrival Arrival, ReferenceTransport? Transport)[] released = [.. _released];
        _released.Clear();

        foreach ((Arrival waited, ReferenceTransport? transport) in released)
        {
            _told = transport;
            _others.Add(transport is null ? Outcome.Dropped(DropReason.FragmentInvalid) : Enter(waited.Ingress.Id, waited.Frame));
        }

        _told = null;
    }
}
