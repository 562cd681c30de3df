namespace VRouter.Forwarding;

/// <summary>Why a packet ended here. The names are stable: they appear in counters, traces and drops.</summary>
public enum DropReason : byte
{
    /// <summary>It was not dropped.</summary>
    None,
    /// <summary>A header or length that contradicts itself or the frame.</summary>
    Malformed,
    /// <summary>Neither IP, ARP nor a bridged frame.</summary>
    UnsupportedProtocol,
    /// <summary>Addressed to somebody else, or to a part of this node that is not there.</summary>
    NotForUs,
    /// <summary>A tunnel packet from no known tunnel and no trusted prefix.</summary>
    UntrustedTunnelSource,
    /// <summary>The floating IP does not serve this source.</summary>
    FloatingIpSourceDenied,
    /// <summary>No I bit, or no VRF has this VNI.</summary>
    InvalidVni,
    /// <summary>Nobody has this label.</summary>
    InvalidLabel,
    /// <summary>What the tunnel carried is not what its label or VNI stands for.</summary>
    InvalidPayload,
    /// <summary>TTL or hop limit ran out.</summary>
    TtlExpired,
    /// <summary>It would go back into the tunnel it came from.</summary>
    TunnelLoop,
    /// <summary>A bridged frame from a tunnel would go into a tunnel.</summary>
    SplitHorizon,
    /// <summary>A frame to another MAC in a VRF that only routes.</summary>
    NotRouted,
    /// <summary>No route, bridge entry or neighbour leads there.</summary>
    NoRoute,
    /// <summary>A route to a discard next hop.</summary>
    Discarded,
    /// <summary>A source that is not the interface's own.</summary>
    SpoofedSource,
    /// <summary>A tunnelled source that is routed elsewhere.</summary>
    InvalidSource,
    /// <summary>The next MAC did not answer, or too many waited for it.</summary>
    NeighbourUnresolved,
    /// <summary>It does not fit the way out and must not be cut.</summary>
    PacketTooBig,
    /// <summary>A security group rule denied it, or none allowed it.</summary>
    SecurityGroupDenied,
    /// <summary>The floating IP has no mapping for this port.</summary>
    FloatingIpPortUnmapped,
    /// <summary>The pool has no port left for this destination.</summary>
    SourceNatExhausted,
    /// <summary>The flow table is full.</summary>
    FlowTableFull,
    /// <summary>The interface has all the flows it may have.</summary>
    FlowLimit,
    /// <summary>Translated, it would be answered as another flow is, between the same ends and ports.</summary>
    FlowConflict,
    /// <summary>The first fragment did not come in time.</summary>
    FragmentTimeout,
    /// <summary>Too many fragments wait.</summary>
    FragmentLimit,
    /// <summary>Fragments that overlap or cannot be.</summary>
    FragmentInvalid,
    /// <summary>Not-ECT inside, congestion experienced outside (RFC 6040 section 4.2).</summary>
    EcnConflict,
    /// <summary>The way out has no port, or its link is down.</summary>
    InterfaceDown,
    /// <summary>The outgoing port took no more.</summary>
    TransmitQueueFull,
    /// <summary>No free frame.</summary>
    NoBuffer,
    /// <summary>More answers were asked for than are given.</summary>
    RateLimited,
    /// <summary>It was looked up in more VRFs than is allowed: a loop of VRF next hops.</summary>
    LookupLoop,
    /// <summary>A next hop, or a group without a member for this port, rejects: the sender is told.</summary>
    Rejected,
    /// <summary>A TCP segment that no end of its connection can have sent, or would take: a forged reset, flags that nobody sends.</summary>
    InvalidSegment,
    /// <summary>An ICMP error about no flow that is here, about an error, or whose quote lies or cannot be read.</summary>
    UnrelatedError,
    /// <summary>The worker that has the flow had no room for more.</summary>
    WorkerQueueFull,
    /// <summary>A failure of the vRouter itself while it walked: see <see cref="DataPlane.Faults"/>.</summary>
    InternalError,
}
