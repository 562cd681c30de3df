using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>Bytes over TCP from one machine to another, compared with what was sent, every one.</summary>
internal static class TcpTransfer
{
    private const int Timeout = 20_000;

    /// <summary>Sends so many bytes to an address of the receiver's and has them compared there.</summary>
    public static void Run(Machine sender, Machine receiver, string address, long bytes)
    {
        long start = Stopwatch.GetTimestamp();
        IPAddress target = IPAddress.Parse(address);
        using Socket listener = receiver.Namespace.Run(() => Listen(target));
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        Task<long> received = Task.Factory.StartNew(() => Receive(listener), TaskCreationOptions.LongRunning);
        sender.Namespace.Run(() => Send(new IPEndPoint(target, port), bytes));

        Assert.That(received.Wait(Timeout), Is.True, "the receiver saw the end");
        Assert.That(received.Result, Is.EqualTo(bytes));

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        TestContext.Out.WriteLine($"{bytes / 1e6:F0} MB to {address} in {seconds:F1} s, {bytes * 8 / 1e6 / seconds:F0} Mbit/s");
    }

    private static Socket Listen(IPAddress address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        return listener;
    }

    private static void Send(IPEndPoint to, long bytes)
    {
        using var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { SendTimeout = Timeout };

        if (!socket.ConnectAsync(to).Wait(Timeout))
        {
            Assert.Fail($"no connection to {to}");
        }

        for (long sent = 0; sent < bytes;)
        {
            sent += socket.Send(Content.At(sent, bytes - sent));
        }

        socket.Shutdown(SocketShutdown.Send);

        // The receiver closes when it has compared the last byte.
        socket.ReceiveTimeout = Timeout;
        Assert.That(socket.Receive(new byte[1]), Is.Zero);
    }

    private static long Receive(Socket listener)
    {
        using Socket socket = listener.Accept();
        socket.ReceiveTimeout = Timeout;
        byte[] buffer = new byte[1 << 18];
        long received = 0;

        for (int count; (count = socket.Receive(buffer)) > 0; received += count)
        {
            Content.AssertIs(buffer.AsSpan(0, count), received);
        }

        return received;
    }
}
