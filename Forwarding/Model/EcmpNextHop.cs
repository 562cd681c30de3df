using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Sends each flow to one of its members, the same one on every vRouter. With none it discards; where none serves a port it rejects.</summary>
public sealed record EcmpNextHop(NextHopId Id) : NextHop(Id)
{
    /// <summary>The members; their order does not matter.</summary>
    public ValueList<EcmpMember> Members { get; init; }

    /// <summary>What of a flow chooses.</summary>
    public EcmpHash Hash { get; init; }

    /// <summary><see cref="EcmpHash.SourceAddress"/>: for how long after its last flow a client keeps its member, whatever the group becomes; zero = the hash decides.</summary>
    public TimeSpan AffinityTimeout { get; init; }
}
