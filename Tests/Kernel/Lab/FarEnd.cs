using System.Net;
using System.Net.Sockets;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

/// <summary>The other end of a wire: sends whole frames on a device and hears those that arrive there, like a machine of any make.</summary>
internal sealed class FarEnd : IDisposable
{
    private readonly Socket _socket;

    public FarEnd(NetworkLab lab, NetworkNamespace inside, string device)
    {
        Link link = lab.Configure(inside).Links.Get(device);
        _socket = inside.Run(() => new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)IPAddress.HostToNetworkOrder((short)3)));     // ETH_P_ALL
        _socket.ReceiveTimeout = 2000;
        _socket.SetRawSocketOption(263, 23, BitConverter.GetBytes(1));      // SOL_PACKET, PACKET_IGNORE_OUTGOING: not its own
        _socket.Bind(new LinkLayerEndPoint(link.Index));
    }

    public void Send(byte[] frame) => _socket.Send(frame);

    /// <summary>The next frame that is wanted; null when none comes.</summary>
    public byte[]? Receive(Func<byte[], bool> isWanted)
    {
        byte[] buffer = new byte[65536];

        try
        {
            while (true)
            {
                byte[] frame = buffer[.._socket.Receive(buffer)];

                if (isWanted(frame))
                {
                    return frame;
                }
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>struct sockaddr_ll, linux/if_packet.h.</summary>
    private sealed class LinkLayerEndPoint(int device) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            SocketAddress address = new(AddressFamily.Packet, 20);
            address[2] = 0;
            address[3] = 3;
            BitConverter.TryWriteBytes(address.Buffer.Span[4..], device);
            return address;
        }
    }
}
