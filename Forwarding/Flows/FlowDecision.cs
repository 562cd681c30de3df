using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What is decided about a flow, from its first packet or, when something has changed, anew.</summary>
internal struct FlowDecision
{
    /// <summary>The key of the first packet.</summary>
    public FlowKey Key;

    /// <summary>The key of what will come back.</summary>
    public FlowKey ReverseKey;

    /// <summary>Where it goes.</summary>
    public Way Way;

    /// <summary>Where what comes back goes.</summary>
    public Way Back;

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

    /// <summary>Whether the groups of both sides let it pass.</summary>
    public bool IsAllowed;

    /// <summary>The rule of the sender's side that decided.</summary>
    public RuleNumber SenderRule;

    /// <summary>The rule of the receiver's side that decided.</summary>
    public RuleNumber ReceiverRule;

    /// <summary>Whose limit it counts under: who sends from here, else who receives here.</summary>
    public readonly ushort LimitedVif => Sender != 0 ? Sender : Receiver;

    /// <summary>Whether the sender's own groups denied it.</summary>
    public bool DeniedBySender;

    public readonly FlowFirst First => new(Icmp, FromTunnel, IsDirect, DeniedBySender);

    /// <summary>Whether either end is link-local: such traffic no group rules over.</summary>
    public readonly bool IsLinkLocal => IsLinkLocalAddress(Key.Source) || IsLinkLocalAddress(Key.Destination);

    // 169.254.0.0/16 (RFC 3927), fe80::/10 (RFC 4291 section 2.5.6).
    private static bool IsLinkLocalAddress(IpAddress address) => address.IsIpv6 ? address.IsLinkLocal : address.Ipv4 >> 16 == 0xA9FE;
}
