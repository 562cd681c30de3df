using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Two ends that talk through a node, packet by packet. What is asked of each is why it was dropped; None = it went on.</summary>
internal sealed record Dialogue(Node Node, End Client, End Server)
{
    public ushort ClientPort { get; init; } = 1000;

    public ushort ServerPort { get; init; } = 80;

    /// <summary>The tenant and its neighbour on the same node.</summary>
    public static Dialogue Local(Node node, bool isIpv6 = false) => new(node, End.Tenant(isIpv6), End.Neighbour(isIpv6));

    /// <summary>The tenant and somebody behind the peer's tunnel.</summary>
    public static Dialogue Remote(Node node, bool isIpv6 = false, EncapsulationKind kind = EncapsulationKind.Vxlan) => new(node, End.Tenant(isIpv6), End.Remote(isIpv6, kind));

    /// <summary>The same two, the other one being the client.</summary>
    public Dialogue Reversed => new(Node, Server, Client) { ClientPort = ClientPort, ServerPort = ServerPort };

    public DropReason Send(byte[] packet) => Node.Outcome(Client.Vif, Client.FrameOf(packet));

    public DropReason Answer(byte[] packet) => Node.Outcome(Server.Vif, Server.FrameOf(packet));

    public DropReason SendUdp(byte[]? payload = null) => Send(Udp(payload));

    public DropReason AnswerUdp(byte[]? payload = null) => Answer(UdpBack(payload));

    public byte[] Udp(byte[]? payload = null) => Craft.Udp(Client.Address, Server.Address, payload, ClientPort, ServerPort);

    public byte[] UdpBack(byte[]? payload = null) => Craft.Udp(Server.Address, Client.Address, payload, ServerPort, ClientPort);

    /// <summary>A segment of the client's.</summary>
    public DropReason Send(TcpFlags flags, uint sequence, uint acknowledgement = 0, int payload = 0, ushort window = 1000) => Send(Tcp(flags, sequence, acknowledgement, payload, window));

    /// <summary>A segment of the server's.</summary>
    public DropReason Answer(TcpFlags flags, uint sequence, uint acknowledgement = 0, int payload = 0, ushort window = 1000) => Answer(TcpBack(flags, sequence, acknowledgement, payload, window));

    public byte[] Tcp(TcpFlags flags, uint sequence, uint acknowledgement = 0, int payload = 0, ushort window = 1000) =>
        Craft.Segment(Client.Address, Server.Address, ClientPort, ServerPort, flags, sequence, acknowledgement, window, new byte[payload]);

    public byte[] TcpBack(TcpFlags flags, uint sequence, uint acknowledgement = 0, int payload = 0, ushort window = 1000) =>
        Craft.Segment(Server.Address, Client.Address, ServerPort, ClientPort, flags, sequence, acknowledgement, window, new byte[payload]);

    /// <summary>Shakes hands. Then the client's next number is 101 and the server's 501.</summary>
    public Dialogue Connect()
    {
        Assert.That(Send(TcpFlags.Syn, 100), Is.EqualTo(DropReason.None));
        Assert.That(Answer(TcpFlags.Syn | TcpFlags.Ack, 500, 101), Is.EqualTo(DropReason.None));
        Assert.That(Send(TcpFlags.Ack, 101, 501), Is.EqualTo(DropReason.None));
        return this;
    }
}
