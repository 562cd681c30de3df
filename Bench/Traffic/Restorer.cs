using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VRouter.Bench.Scenarios;

namespace VRouter.Bench.Traffic;

/// <summary>
/// Makes a packet that has passed what it was when it arrived, in two stores: the bytes up to the inner IP header and
/// its TTL and checksum are the same in all packets of a scenario.
/// </summary>
internal readonly struct Restorer
{
    private const int TtlOffset = 8;

    private readonly int _link;
    private readonly int _ttl;
    private readonly Vector128<byte> _linkBytes;
    private readonly uint _ttlBytes;

    public Restorer(Scenario scenario, ReadOnlySpan<byte> packet)
    {
        _link = scenario.BytesInFront - Encap.EthernetHeader.Size;
        _ttl = scenario.BytesInFront + TtlOffset;
        _linkBytes = Vector128.Create(packet.Slice(_link, Vector128<byte>.Count));
        _ttlBytes = Unsafe.ReadUnaligned<uint>(in packet[_ttl]);
    }

    /// <summary>Restores the packet whose first byte this is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Restore(ref byte packet)
    {
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref packet, _link), _linkBytes);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref packet, _ttl), _ttlBytes);
    }
}
