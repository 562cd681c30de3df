using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A TCP client on a socket of the current network namespace.</summary>
internal static class KernelClient
{
    public static Fetch Fetch(IPEndPoint server, Payload payload, TimeSpan patience, Action<long> progress, CancellationToken stop)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using HttpReader answer = new();
        using CancellationTokenRegistration interrupt = stop.Register(socket.Dispose);
        long started = Stopwatch.GetTimestamp();
        bool isConnected = TryConnect(socket, server, patience);

        if (isConnected)
        {
            Send(socket, HttpMessage.Request(payload));
            Receive(socket, answer, patience, progress);
        }

        stop.ThrowIfCancellationRequested();
        return Demo.Fetch.Of(isConnected, answer, Stopwatch.GetElapsedTime(started));
    }

    private static bool TryConnect(Socket socket, IPEndPoint server, TimeSpan patience)
    {
        using CancellationTokenSource time = new(patience);

        try
        {
            socket.ConnectAsync(server, time.Token).AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void Send(Socket socket, HttpMessage request)
    {
        byte[] bytes = new byte[request.Length];
        request.CopyTo(0, bytes);
        socket.Send(bytes);
    }

    private static void Receive(Socket socket, HttpReader answer, TimeSpan patience, Action<long> progress)
    {
        byte[] piece = new byte[64 * 1024];
        int received;

        socket.ReceiveTimeout = (int)patience.TotalMilliseconds;

        try
        {
            while ((received = socket.Receive(piece)) > 0)
            {
                answer.Append(piece.AsSpan(0, received));
                progress(answer.BodyBytes);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset, interrupted, or nothing came for so long: what has arrived is in the answer.
        }
    }
}
