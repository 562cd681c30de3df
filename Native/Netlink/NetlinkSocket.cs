using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>A conversation with the kernel's routing side in one network namespace: a request, then its answers (netlink(7)).</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int RawCloseOnExec = 3 | 0x80000;     // SOCK_RAW | SOCK_CLOEXEC
    private const int DontWait = 0x40;                  // MSG_DONTWAIT
    private const int HeaderSize = 16;

    private readonly FileDescriptor _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];      // what the kernel fills at most in one answer
    private readonly Lock _lock = new();
    private uint _sequence;

    internal NetlinkSocket(string? networkNamespace, uint groups = 0)
    {
        _socket = NetworkNamespace.RunIn(networkNamespace, () =>
            FileDescriptor.Own(Libc.socket(Rtnetlink.AF_NETLINK, RawCloseOnExec, 0), "socket(AF_NETLINK)"));

        // Error texts, without the request's bytes repeated; older kernels know less and say less.
        Enable(Rtnetlink.NETLINK_EXT_ACK);
        Enable(Rtnetlink.NETLINK_CAP_ACK);
        Enable(Rtnetlink.NETLINK_GET_STRICT_CHK);

        Rtnetlink.sockaddr_nl address = new() { nl_family = Rtnetlink.AF_NETLINK, nl_groups = groups };

        if (Libc.bind(_socket.Number, &address, (uint)sizeof(Rtnetlink.sockaddr_nl)) < 0)
        {
            SystemCallException failure = SystemCallException.Last("bind(AF_NETLINK)");
            _socket.Dispose();
            throw failure;
        }
    }

    internal int Descriptor => _socket.Number;

    /// <summary>Sends a request and gives back what the kernel answers before its acknowledgement.</summary>
    /// <exception cref="SystemCallException">The kernel refuses; its own words, where it has any, are in the message.</exception>
    internal List<NetlinkReply> Request(NetlinkMessage message)
    {
        lock (_lock)
        {
            uint sequence = ++_sequence;
            Send(message, sequence);

            List<NetlinkReply> replies = [];

            while (!TryFinish(message, sequence, replies))
            {
            }

            return replies;
        }
    }

    /// <summary>Takes the announcements that wait, without waiting for more.</summary>
    /// <returns>False when the kernel had to throw some away: what was known is no longer known.</returns>
    internal bool TakeAnnouncements(List<NetlinkReply> into)
    {
        while (true)
        {
            int length = Receive(DontWait);

            switch (length >= 0 ? 0 : Marshal.GetLastPInvokeError())
            {
                case 0:
                    Split(_buffer.AsSpan(0, length), into);
                    break;
                case Errno.EAGAIN:
                    return true;
                case Errno.ENOBUFS:
                    return false;
                case Errno.EINTR:
                    break;
                default:
                    throw SystemCallException.Last("recvfrom(AF_NETLINK)");
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Enable(int option)
    {
        int one = 1;
        _ = Libc.setsockopt(_socket.Number, Rtnetlink.SOL_NETLINK, option, &one, sizeof(int));
    }

    private void Send(NetlinkMessage message, uint sequence)
    {
        ReadOnlySpan<byte> bytes = message.Finish(sequence);

        fixed (byte* start = bytes)
        {
            if (Libc.sendto(_socket.Number, start, (nuint)bytes.Length, 0, null, 0) < 0)
            {
                throw SystemCallException.Last(message.Call);
            }
        }
    }

    private int Receive(int flags)
    {
        fixed (byte* start = _buffer)
        {
            return (int)Libc.recvfrom(_socket.Number, start, (nuint)_buffer.Length, flags, null, null);
        }
    }

    private bool TryFinish(NetlinkMessage message, uint sequence, List<NetlinkReply> replies)
    {
        int length = Receive(0);

        if (length < 0)
        {
            return Marshal.GetLastPInvokeError() == Errno.EINTR ? false : throw SystemCallException.Last("recvfrom(AF_NETLINK)");
        }

        ReadOnlySpan<byte> rest = _buffer.AsSpan(0, length);

        while (TryNext(ref rest, out Rtnetlink.nlmsghdr header, out ReadOnlySpan<byte> body))
        {
            if (header.nlmsg_seq != sequence)
            {
                continue;       // of a request given up before
            }

            if (header.nlmsg_type is Rtnetlink.NLMSG_ERROR or Rtnetlink.NLMSG_DONE)
            {
                ThrowIfRefused(message, header, body);
                return true;
            }

            replies.Add(new NetlinkReply(header.nlmsg_type, body.ToArray()));
        }

        return false;
    }

    private static void Split(ReadOnlySpan<byte> bytes, List<NetlinkReply> into)
    {
        while (TryNext(ref bytes, out Rtnetlink.nlmsghdr header, out ReadOnlySpan<byte> body))
        {
            into.Add(new NetlinkReply(header.nlmsg_type, body.ToArray()));
        }
    }

    private static bool TryNext(ref ReadOnlySpan<byte> rest, out Rtnetlink.nlmsghdr header, out ReadOnlySpan<byte> body)
    {
        header = default;
        body = default;

        if (rest.Length < HeaderSize)
        {
            return false;
        }

        header = MemoryMarshal.Read<Rtnetlink.nlmsghdr>(rest);

        if (header.nlmsg_len < HeaderSize || header.nlmsg_len > rest.Length)
        {
            return false;
        }

        body = rest[HeaderSize..(int)header.nlmsg_len];
        rest = rest[Math.Min(rest.Length, ((int)header.nlmsg_len + 3) & ~3)..];
        return true;
    }

    /// <summary>An acknowledgement is an error message with error 0; a refusal may explain itself in an attribute behind.</summary>
    private static void ThrowIfRefused(NetlinkMessage message, in Rtnetlink.nlmsghdr header, ReadOnlySpan<byte> body)
    {
        int errno = body.Length >= 4 ? -BinaryPrimitives.ReadInt32LittleEndian(body) : 0;

        if (errno <= 0)
        {
            return;
        }

        // struct nlmsgerr is the error and the request's header; NLMSG_DONE has the error alone.
        int explanation = header.nlmsg_type == Rtnetlink.NLMSG_ERROR ? sizeof(int) + HeaderSize : sizeof(int);
        string? said = null;

        if ((header.nlmsg_flags & Rtnetlink.NLM_F_ACK_TLVS) != 0 && body.Length > explanation)
        {
            NetlinkAttributes attributes = new(body[explanation..]);

            while (attributes.MoveNext())
            {
                said = attributes.Type == Rtnetlink.NLMSGERR_ATTR_MSG ? attributes.Text : said;
            }
        }

        throw SystemCallException.For(message.Call, errno, said is null ? null : $"The kernel says: {said}. {Errno.Advice(errno)}");
    }
}
