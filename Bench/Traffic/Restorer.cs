using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VRouter.Bench.Scenarios;
using VRouter.Encap;

namespace VRouter.Bench.Traffic;

/// <summary>
/// Makes a packet that has passed what it was when it arrived, in two stores: the bytes up to the inner IP header, and those of it and behind it
/// that a walk changes, are the same in all packets of a scenario. Where frames stand for many flows, it makes it the next flow's.
/// </summary>
internal readonly struct Restorer
{
    private const int FlagsOffset = 6;

    private readonly int _ip;
    private readonly IpLayout _layout;
    private readonly Vector128<byte> _linkBytes;
    private readonly Vector256<byte> _restored;
    private readonly Vector256<byte> _restoredOfLater;
    private readonly bool _hasFragments;
    private readonly FlowTurns _turns;

    /// <summary>Learns from packets as they were written: two of them, in case they are fragments.</summary>
    public Restorer(Scenario scenario, FlowTurns turns, ReadOnlySpan<byte> packet, ReadOnlySpan<byte> later)
    {
        _ip = scenario.BytesInFront;
        _layout = scenario.Layout;
        _linkBytes = Vector128.Create(packet.Slice(_ip - EthernetHeader.Size, Vector128<byte>.Count));
        _restored = Vector256.Create(packet.Slice(_ip, Vector256<byte>.Count));
        _restoredOfLater = Vector256.Create(later.Slice(_ip, Vector256<byte>.Count));
        _hasFragments = scenario.PacketsAFlow > 1;
        _turns = turns;
    }

    /// <summary>Restores the packet whose first byte this is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Restore(ref byte packet)
    {
        ref byte ip = ref Unsafe.Add(ref packet, _ip);
        Vector256<byte> restored = _hasFragments && IsLater(ref ip) ? _restoredOfLater : _restored;
        _linkBytes.StoreUnsafe(ref Unsafe.Subtract(ref ip, EthernetHeader.Size));
        Vector256.ConditionalSelect(_layout.Changed, restored, Vector256.LoadUnsafe(ref ip)).StoreUnsafe(ref ip);

        if (_turns.Most > 1)
        {
            Turn(ref ip);
        }
    }

    private static bool IsLater(ref byte ip) => (ReadWord(ref ip, FlagsOffset) & Ipv4Header.OffsetMask) != 0;

    private void Turn(ref byte ip)
    {
        ushort port = _turns.PortAfter(ReadWord(ref ip, _layout.Udp), ReadWord(ref ip, _layout.Number));
        WriteWord(ref ip, _layout.Udp, port);
        WriteWord(ref ip, _layout.Udp + UdpHeader.Size, FlowTurns.Balance(port));
    }

    private static ushort ReadWord(ref byte ip, int offset) =>
        BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref ip, offset)));

    private static void WriteWord(ref byte ip, int offset, ushort word) =>
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref ip, offset), BinaryPrimitives.ReverseEndianness(word));
}
