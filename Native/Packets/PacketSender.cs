using System.Runtime.CompilerServices;

namespace VRouter.Native;

/// <summary>
/// Sends the same frames out of a device over and over (packet(7)), a batch a system call and past the queueing discipline: a load
/// for whoever listens at the other end.
/// </summary>
public sealed unsafe class PacketSender : IDisposable
{
    private const int PacketLevel = 263;            // SOL_PACKET, linux/socket.h
    private const int QdiscBypass = 20;             // PACKET_QDISC_BYPASS, linux/if_packet.h
    private const int AddressFamilyPacket = 17;     // AF_PACKET
    private const int RawAndCloseOnExec = 3 | 0x80000;

    private readonly FileDescriptor _socket;
    private readonly NativeArray<byte> _bytes;
    private readonly NativeArray<Libc.iovec> _vectors;
    private readonly NativeArray<Libc.mmsghdr> _messages;

    /// <summary>Prepares to send these frames, each an Ethernet frame without FCS, out of a device of the thread's network namespace.</summary>
    /// <exception cref="SystemCallException">The device is not there, or the privilege is missing.</exception>
    public PacketSender(int device, IReadOnlyList<byte[]> frames)
    {
        _socket = Open(device);
        _bytes = new NativeArray<byte>(frames.Sum(frame => frame.Length));
        _vectors = new NativeArray<Libc.iovec>(frames.Count);
        _messages = new NativeArray<Libc.mmsghdr>(frames.Count);

        for (int i = 0, start = 0; i < frames.Count; start += frames[i].Length, i++)
        {
            frames[i].CopyTo(_bytes.Slice(start, frames[i].Length));
            _vectors[i] = new Libc.iovec { iov_base = Address(ref _bytes[start]), iov_len = (nuint)frames[i].Length };
            _messages[i] = new Libc.mmsghdr { msg_iov = (Libc.iovec*)Address(ref _vectors[i]), msg_iovlen = 1 };
        }
    }

    /// <summary>Sends all frames once, or as many as the device takes; says how many.</summary>
    public int Send() =>
        Math.Max(0, Libc.sendmmsg(_socket.Number, (Libc.mmsghdr*)Address(ref _messages[0]), (uint)_messages.Length, 0));

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _messages.Dispose();
        _vectors.Dispose();
        _bytes.Dispose();
    }

    private static FileDescriptor Open(int device)
    {
        FileDescriptor socket = FileDescriptor.Own(Libc.socket(AddressFamilyPacket, RawAndCloseOnExec, 0), "socket(AF_PACKET)");
        int on = 1;
        var address = new sockaddr_ll { sll_family = AddressFamilyPacket, sll_ifindex = device };

        // A kernel without the option sends all the same, slower.
        _ = Libc.setsockopt(socket.Number, PacketLevel, QdiscBypass, &on, sizeof(int));

        if (Libc.bind(socket.Number, &address, (uint)sizeof(sockaddr_ll)) < 0)
        {
            SystemCallException failure = SystemCallException.Last($"bind(AF_PACKET, device {device})");
            socket.Dispose();
            throw failure;
        }

        return socket;
    }

    // Native memory: it does not move.
    private static void* Address<T>(ref T item) where T : unmanaged => Unsafe.AsPointer(ref item);

    /// <summary>struct sockaddr_ll, linux/if_packet.h.</summary>
    private struct sockaddr_ll
    {
        public ushort sll_family, sll_protocol;
        public int sll_ifindex;
        public ushort sll_hatype;
        public byte sll_pkttype, sll_halen;
        public ulong sll_addr;
    }
}
