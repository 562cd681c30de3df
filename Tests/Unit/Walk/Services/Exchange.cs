using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>
/// A client that calls an address, and a server behind it that sees somebody: what each sends has to arrive at the other as it knows it, byte for byte.
/// </summary>
/// <param name="Node">The node between them.</param>
/// <param name="Protocol">What they speak: see <see cref="Message"/>.</param>
/// <param name="Client">Who calls, as it knows itself.</param>
/// <param name="Called">Whom it calls, at its own door.</param>
/// <param name="Server">Who serves, as it knows itself.</param>
/// <param name="Seen">Who calls, as the server knows it, at the server's door.</param>
internal sealed record Exchange(Node Node, byte Protocol, Side Client, Side Called, Side Server, Side Seen)
{
    /// <summary>The queue that the client's packets arrive on.</summary>
    public int QueueThere { get; init; }

    /// <summary>The queue that the server's arrive on.</summary>
    public int QueueBack { get; init; }

    /// <summary>Whether a hop is counted on the way to the server: not where a label names its vif.</summary>
    public int HopsThere { get; init; } = 1;

    /// <summary>Whether a hop is counted on the way back.</summary>
    public int HopsBack { get; init; } = 1;

    public Message Request => new(Protocol, Client.Address, Client.Port, Called.Address, Called.Port);

    public Message Arriving => new Message(Protocol, Seen.Address, Seen.Port, Server.Address, Server.Port).After(HopsThere);

    public Message Answer => (new Message(Protocol, Seen.Address, Seen.Port, Server.Address, Server.Port)).Back();

    public Message Returning => Request.Back().After(HopsBack);

    /// <summary>A client that nobody translates calls an address behind which somebody else serves.</summary>
    public static Exchange To(Node node, byte protocol, Side client, string called, ushort port, Side server) =>
        new(node, protocol, client, new Side(client.Door, called, port), server, client with { Door = server.Door });

    public void AssertAsked(string? because = null)
    {
        Node.Receive(Client.Door.Vif, Client.Door.Frame(Request.Bytes), QueueThere);
        Assert.That(Convert.ToHexString(Server.Door.Taken(Node)), Is.EqualTo(Convert.ToHexString(Arriving.Bytes)), because ?? "what the server gets");
    }

    public void AssertAnswered(string? because = null)
    {
        Node.Receive(Server.Door.Vif, Server.Door.Frame(Answer.Bytes), QueueBack);
        Assert.That(Convert.ToHexString(Client.Door.Taken(Node)), Is.EqualTo(Convert.ToHexString(Returning.Bytes)), because ?? "what the client gets");
    }

    /// <summary>There, back, and the same again as their flow's.</summary>
    public void AssertWorks()
    {
        AssertAsked("the first packet");
        AssertAnswered("its answer");
        AssertAsked("the second packet");
        AssertAnswered("the second answer");
    }

    /// <summary>Why the client's packet was dropped; None = it went on.</summary>
    public DropReason Ask() => Node.Outcome(Client.Door.Vif, Client.Door.Frame(Request.Bytes));

    /// <summary>Why the server's packet was dropped; None = it went on.</summary>
    public DropReason Reply() => Node.Outcome(Server.Door.Vif, Server.Door.Frame(Answer.Bytes));
}
