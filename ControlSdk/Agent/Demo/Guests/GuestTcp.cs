using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A guest's connections: it answers on port 80 of both families and opens connections of its own.</summary>
internal sealed class GuestTcp(string pod, GuestTransmit transmit, Func<IpAddress, IpAddress> addressFor)
{
    private readonly Dictionary<(IpAddress Peer, ushort PeerPort, ushort Port), GuestConnection> _connections = [];
    private ushort _nextPort = 40000;

    /// <summary>Opens a connection and sends the message once it stands; the caller disposes it.</summary>
    public GuestConnection Connect(IpAddress to, HttpMessage message)
    {
        GuestConnection connection = Add(to, Pod.Port, _nextPort++, answerTo: null);
        connection.Send(message, thenClose: false);
        return connection;
    }

    public void Receive(in GuestPacket packet)
    {
        if (!GuestSegment.TryRead(packet.Message, out GuestSegment segment))
        {
            return;
        }

        if (!_connections.TryGetValue((packet.Source, segment.SourcePort, segment.DestinationPort), out GuestConnection? connection))
        {
            // Anything but a SYN to the server's port belongs to a connection that is over.
            if (segment.DestinationPort != Pod.Port || !segment.Has(GuestFlags.Syn) || segment.Has(GuestFlags.Ack))
            {
                return;
            }

            string client = packet.Source.ToString();
            connection = Add(packet.Source, segment.SourcePort, Pod.Port, request => HttpMessage.AnswerTo(request, pod, client));
        }

        connection.Receive(segment);
    }

    /// <summary>Sends what is due on every connection and forgets those that are over; false when there was nothing to do.</summary>
    public bool Poll()
    {
        bool worked = false;

        foreach ((var key, GuestConnection connection) in _connections)
        {
            worked |= connection.Poll();

            if (connection.IsOver && _connections.Remove(key) && connection.IsServer)
            {
                connection.Dispose();
            }
        }

        return worked;
    }

    private GuestConnection Add(IpAddress peer, ushort peerPort, ushort port, Func<string, HttpMessage>? answerTo)
    {
        var writer = new GuestSegments(addressFor(peer), port, peer, peerPort, transmit);
        return _connections[(peer, peerPort, port)] = new GuestConnection(writer, answerTo);
    }
}
