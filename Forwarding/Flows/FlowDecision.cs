using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What is decided about a flow, from its first packet or, when something has changed, anew.</summary>
internal struct FlowDecision
{
    /// <summary>The key of the first packet.</summary>
    public FlowKey Key;

    /// <summary>The source that it leaves with.</summary>
    public IpAddress Source;

    /// <summary>The destination that it leaves with.</summary>
    public IpAddress Destination;

    /// <summary>The ports that it leaves with, the source's in the upper half.</summary>
    public uint Ports;

    /// <summary>The key of what will come back.</summary>
    public FlowKey ReverseKey;

    /// <summary>Where it goes.</summary>
    public Way Way;

    /// <summary>Where the source, as the receiver sees it, is routed: what groups it is in.</summary>
    public Way Peer;

    /// <summary>Where what comes back goes.</summary>
    public Way Back;

    /// <summary>Why it goes nowhere.</summary>
    public DropReason Reason;

    /// <summary>The index of the floating IP that says so, plus 1; 0 = none does.</summary>
    public int DecidedBy;

    /// <summary>The index of the floating IP that sends it on, plus 1; 0 = none does.</summary>
    public int Forwarder;

    /// <summary>The source NAT, or the floating IP that sends on, gives it a port of its own.</summary>
    public bool HasOwnPort;

    /// <summary>The source NAT that it leaves its VRF through; null = none.</summary>
    public SourceNatState? Nat;

    /// <summary>The ECMP member: the one to keep if it is still there, then the one that was chosen; 0 = none.</summary>
    public uint Member;

    /// <summary>For how many milliseconds after the flow its client keeps the member; 0 = not at all.</summary>
    public int AffinityMilliseconds;

    /// <summary>More VRFs than one were asked where it goes.</summary>
    public bool CrossesVrfs;

    /// <summary>VRFs were asked that neither its key nor the routes that it depends on tell.</summary>
    public bool PassesVrfs;

    /// <summary>The outer source, as flow entries keep it; 0 = it came out of no tunnel.</summary>
    public uint OuterSource;

    /// <summary>What came back so far, when it is decided anew: ports that were given are kept.</summary>
    public FlowKey Before;

    /// <summary>The vif of the receiver so far, when it is decided anew: of several it keeps that one.</summary>
    public ushort ReceiverBefore;

    /// <summary>The vif of the sender; 0 = not here.</summary>
    public ushort Sender;

    /// <summary>The vif of the receiver; 0 = not here.</summary>
    public ushort Receiver;

    /// <summary>ICMP: the first packet's type and, in the low byte, code.</summary>
    public ushort Icmp;

    /// <summary>It came out of a tunnel.</summary>
    public bool FromTunnel;

    /// <summary>A label named the next hop.</summary>
    public bool IsDirect;

    /// <summary>The index of that next hop, of a group before a member was chosen.</summary>
    public int Named;

    /// <summary>Whether the groups of both sides let it pass.</summary>
    public bool IsAllowed;

    /// <summary>It is denied, and was allowed before.</summary>
    public bool IsRevoked;

    /// <summary>The rule of the sender's side that decided.</summary>
    public RuleNumber SenderRule;

    /// <summary>The rule of the receiver's side that decided.</summary>
    public RuleNumber ReceiverRule;

    /// <summary>Whose limit it counts under: who sends from here, else who receives here.</summary>
    public readonly ushort LimitedVif => Sender != 0 ? Sender : Receiver;

    /// <summary>Whether the sender's own groups denied it.</summary>
    public bool DeniedBySender;

    public readonly FlowFirst First => new(in this);

    /// <summary>Whether its client keeps the member.</summary>
    public readonly bool IsAffine => AffinityMilliseconds > 0;

    /// <summary>Whether source or source port become others.</summary>
    public readonly bool IsSourceTranslated => Source != Key.Source || Ports >> 16 != Key.SourcePort;

    /// <summary>Whether destination or destination port become others.</summary>
    public readonly bool IsDestinationTranslated => Destination != Key.Destination || (ushort)Ports != Key.DestinationPort;

    /// <summary>Whether anything becomes another.</summary>
    public readonly bool IsTranslated => IsSourceTranslated || IsDestinationTranslated;

    /// <summary>Whether either end is link-local: such traffic no group rules over.</summary>
    public readonly bool IsLinkLocal => Key.Source.IsLinkLocal || Key.Destination.IsLinkLocal;
}
