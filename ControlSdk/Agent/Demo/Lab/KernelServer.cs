using System.Net;
using System.Net.Sockets;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A pod's server: a thread that answers one connection after the other until it is disposed.</summary>
internal sealed class KernelServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
    private readonly Thread _thread;
    private readonly string _pod;

    /// <summary>Listens in the current network namespace, on both families.</summary>
    public KernelServer(string pod, int port)
    {
        _pod = pod;
        _listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        _listener.Listen();
        _thread = new Thread(Serve) { IsBackground = true, Name = "pod server" };
        _thread.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        while (true)
        {
            try
            {
                using Socket connection = _listener.Accept();
                Answer(connection);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.TimedOut)
            {
                // The client has gone: on to the next one.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Answer(Socket connection)
    {
        using HttpReader request = new();
        byte[] piece = new byte[64 * 1024];
        int received;

        while (!request.IsComplete && (received = connection.Receive(piece)) > 0)
        {
            request.Append(piece.AsSpan(0, received));
        }

        HttpMessage answer = HttpMessage.AnswerTo(request.Head, _pod, ClientOf(connection));

        for (long offset = 0; offset < answer.Length;)
        {
            offset += connection.Send(piece.AsSpan(0, answer.CopyTo(offset, piece)));
        }

        connection.Shutdown(SocketShutdown.Send);
    }

    private static string ClientOf(Socket connection)
    {
        IPAddress address = ((IPEndPoint)connection.RemoteEndPoint!).Address;
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
