using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A packet of a conversation comes in.</summary>
/// <param name="Conversation">Which one.</param>
/// <param name="IsBack">It is the server's.</param>
internal sealed record PacketStep(int Conversation, bool IsBack) : Step
{
    public TcpFlags Flags { get; init; } = TcpFlags.Ack;

    /// <summary>How far its number is beside the one that is next.</summary>
    public int SequenceShift { get; init; }

    public int AcknowledgementShift { get; init; }

    public int Payload { get; init; }

    public byte Ttl { get; init; } = 64;

    /// <summary>How it comes in from the fabric.</summary>
    public Entry Entry { get; init; }

    /// <summary>Whose tunnel it comes in, from the fabric; -1 = that of its sender, as <see cref="Site.Routes"/> have it.</summary>
    public int Peer { get; init; } = -1;

    /// <summary>It is an ICMP error about a packet that went the other way.</summary>
    public ErrorKind Error { get; init; }

    /// <summary>It is a fragment of such a packet, with an identification of its own.</summary>
    public Piece Piece { get; init; }

    public uint Id { get; init; }

    /// <summary>The interface that its label names, where it goes to none that is here.</summary>
    public uint Member { get; init; } = Site.Tenants[0];

    /// <summary>Its sender has forgotten what it has heard.</summary>
    public bool IsAnew { get; init; }

    /// <summary>The queue of its port.</summary>
    public int Queue { get; init; }
}
