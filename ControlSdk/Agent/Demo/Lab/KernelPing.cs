using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>An echo request on a raw socket of the current network namespace.</summary>
internal static class KernelPing
{
    private const int Ipv4Header = 20;

    private static int s_sequence;

    /// <summary>How long the answer took; null when none came in time, or nothing could be sent.</summary>
    public static TimeSpan? Send(IpAddress from, IpAddress to, TimeSpan patience)
    {
        ushort sequence = (ushort)Interlocked.Increment(ref s_sequence);
        IPAddress target = IPAddress.Parse(to.ToString());

        try
        {
            using Socket socket = new(target.AddressFamily, SocketType.Raw, to.IsIpv6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
            long started = Stopwatch.GetTimestamp();

            socket.SendTo(GuestPings.Request(from, to, sequence), new IPEndPoint(target, 0));
            return WaitForReply(socket, to.IsIpv6, sequence, started, patience) ? Stopwatch.GetElapsedTime(started) : null;
        }
        catch (SocketException)
        {
            return null;        // unreachable, says the kernel
        }
    }

    private static bool WaitForReply(Socket socket, bool isIpv6, ushort sequence, long started, TimeSpan patience)
    {
        byte[] packet = new byte[1024];
        int header = isIpv6 ? 0 : Ipv4Header;       // raw IPv4 sockets give the IP header as well, raw IPv6 ones do not

        for (TimeSpan left = patience; left > TimeSpan.Zero; left = patience - Stopwatch.GetElapsedTime(started))
        {
            if (!socket.Poll(left, SelectMode.SelectRead))
            {
                return false;
            }

            int received = socket.Receive(packet);

            if (received > header && GuestPings.IsReply(packet.AsSpan(header, received - header), isIpv6, sequence))
            {
                return true;
            }
        }

        return false;
    }
}
