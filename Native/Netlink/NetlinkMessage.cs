using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace VRouter.Native;

/// <summary>A request as it is written: header, fixed part, attributes (netlink(7), rtnetlink(7)).</summary>
internal sealed class NetlinkMessage
{
    private byte[] _bytes = new byte[256];
    private int _length;

    internal NetlinkMessage(ushort type, ushort flags, string call)
    {
        Call = call;
        Append(new Rtnetlink.nlmsghdr { nlmsg_type = type, nlmsg_flags = (ushort)(flags | Rtnetlink.NLM_F_REQUEST) });
    }

    /// <summary>For errors: "netlink RTM_NEWLINK veth0".</summary>
    internal string Call { get; }

    internal ReadOnlySpan<byte> Finish(uint sequence)
    {
        ref Rtnetlink.nlmsghdr header = ref MemoryMarshal.AsRef<Rtnetlink.nlmsghdr>(_bytes.AsSpan());
        header.nlmsg_len = (uint)_length;
        header.nlmsg_seq = sequence;
        return _bytes.AsSpan(0, _length);
    }

    internal NetlinkMessage Append<T>(in T part) where T : unmanaged
    {
        MemoryMarshal.Write(Take(Unsafe.SizeOf<T>()), in part);
        return this;
    }

    internal NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> attribute = Take(4 + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute[2..], type);
        value.CopyTo(attribute[4..]);
        return this;
    }

    internal NetlinkMessage Attribute<T>(ushort type, T value) where T : unmanaged =>
        Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    internal NetlinkMessage Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    internal NetlinkMessage Attribute(ushort type, IPAddress value) => Attribute(type, value.GetAddressBytes());

    /// <summary>An attribute that holds others: what <paramref name="inside"/> appends.</summary>
    internal NetlinkMessage Nested(ushort type, Action<NetlinkMessage> inside)
    {
        int start = _length;
        Attribute((ushort)(type | Rtnetlink.NLA_F_NESTED), []);
        inside(this);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(start), (ushort)(_length - start));
        return this;
    }

    /// <summary>Room for so many bytes; what follows is aligned to four (NLMSG_ALIGN, NLA_ALIGN).</summary>
    private Span<byte> Take(int count)
    {
        int start = _length;
        _length += (count + 3) & ~3;

        if (_length > _bytes.Length)
        {
            Array.Resize(ref _bytes, 2 * _length);
        }

        return _bytes.AsSpan(start, count);
    }
}
