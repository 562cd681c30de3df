using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>Answers datagrams of both families with its name and the sender's address.</summary>
internal sealed class DatagramEcho : IDisposable
{
    private readonly Socket _socket;

    public DatagramEcho(Machine machine, string name, int port)
    {
        _socket = machine.Namespace.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            return socket;
        });

        _ = AnswerAsync(name);
    }

    /// <summary>Asks and waits for an answer from there and nowhere else: the name and address that it gives.</summary>
    public static WebAnswer Ask(Machine client, string address, int port) => client.Namespace.Run(() =>
    {
        IPAddress server = IPAddress.Parse(address);
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
        byte[] answer = new byte[256];

        socket.Connect(new IPEndPoint(server, port));
        socket.Send(ReadOnlySpan<byte>.Empty);
        string[] words = Encoding.ASCII.GetString(answer, 0, socket.Receive(answer)).Split(' ');
        return new WebAnswer(words[0], words[1]);
    });

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync(string name)
    {
        byte[] question = new byte[256];

        try
        {
            while (true)
            {
                SocketReceiveFromResult asked = await _socket.ReceiveFromAsync(question, new IPEndPoint(IPAddress.IPv6Any, 0));
                IPAddress client = ((IPEndPoint)asked.RemoteEndPoint).Address;
                string address = (client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client).ToString();
                await _socket.SendToAsync(Encoding.ASCII.GetBytes($"{name} {address}"), asked.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
