using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// A pod without a kernel: a small stack behind a <see cref="MemoryPort"/> that speaks ARP, ND, echo and TCP. Like a pod of a
/// layer 3 network it sends everything to its gateway. One thread drives it.
/// </summary>
internal sealed class Guest
{
    private readonly MemoryPort _port;
    private readonly GuestNeighbours _neighbours;
    private readonly GuestPings _pings = new();
    private readonly GuestTcp _tcp;

    public Guest(Pod pod, MemoryPort port)
    {
        Pod = pod;
        _port = port;
        _neighbours = new GuestNeighbours(pod, Transmit);
        _tcp = new GuestTcp(pod.Name, SendTransport, AddressFor);
    }

    public Pod Pod { get; }

    /// <summary>Takes what has arrived and sends what is due; false when there was nothing to do.</summary>
    public bool Poll()
    {
        bool worked = false;

        while (_port.TryCollect(out byte[] frame))
        {
            Receive(frame);
            worked = true;
        }

        return _tcp.Poll() || worked;
    }

    /// <summary>Sends an echo request; <see cref="HasAnswer"/> tells when the reply is there.</summary>
    public void Ping(IpAddress to, ushort sequence) =>
        SendTransport(to, to.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp, GuestPings.Request(AddressFor(to), to, sequence));

    public bool HasAnswer(IpAddress from, ushort sequence) => _pings.HasAnswer(from, sequence);

    /// <summary>Opens a connection and sends the message once it stands; the caller disposes it.</summary>
    public GuestConnection Connect(IpAddress to, HttpMessage message) => _tcp.Connect(to, message);

    private IpAddress AddressFor(IpAddress peer) => peer.IsIpv6 ? Pod.Ipv6 : Pod.Ipv4;

    private void Receive(byte[] frame)
    {
        switch (GuestFrames.TypeOf(frame))
        {
            case EtherType.Arp:
                _neighbours.ReceiveArp(frame.AsSpan(GuestFrames.Ethernet));
                break;
            case EtherType.Ipv4 or EtherType.Ipv6 when GuestPacket.TryRead(frame.AsSpan(GuestFrames.Ethernet), out GuestPacket packet):
                Receive(packet);
                break;
        }
    }

    private void Receive(in GuestPacket packet)
    {
        if (packet.Protocol == IpProtocol.Tcp)
        {
            _tcp.Receive(packet);
        }
        else if (packet.Protocol == IpProtocol.Icmpv6 && _neighbours.TryReceive(packet))
        {
            return;
        }
        else if (packet.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 && _pings.Receive(packet) is byte[] reply)
        {
            SendTransport(packet.Source, packet.Protocol, reply);
        }
    }

    private void SendTransport(IpAddress to, byte protocol, ReadOnlySpan<byte> message) =>
        _neighbours.Send(Pod.Network.GatewayFor(to), GuestFrames.Ip(Pod.Mac, AddressFor(to), to, protocol, message));

    /// <summary>A full ring loses the frame, as a wire would; TCP sends it again.</summary>
    private void Transmit(byte[] frame) => _port.TryDeliver(frame);
}
