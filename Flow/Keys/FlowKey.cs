using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>
/// What tells one direction of a flow from all others, as far as a packet says it without a lookup. 48 bytes; what differs between
/// two IPv4 keys lies in the first 32, one vector. Indices and numbers in host order only.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct FlowKey : IEquatable<FlowKey>
{
    private const ulong Ipv6Flag = 1UL << 24;

    private readonly ulong _vrfAndPorts;
    private readonly ulong _place;
    private readonly ulong _sourceLow;
    private readonly ulong _destinationLow;
    private readonly ulong _sourceHigh;
    private readonly ulong _destinationHigh;

    private FlowKey(ulong vrfAndPorts, ulong place, ulong sourceLow, ulong destinationLow, ulong sourceHigh, ulong destinationHigh)
    {
        _vrfAndPorts = vrfAndPorts;
        _place = place;
        _sourceLow = sourceLow;
        _destinationLow = destinationLow;
        _sourceHigh = sourceHigh;
        _destinationHigh = destinationHigh;
    }

    /// <summary>The index of the vif it came in on, else of the vif of its label, else 0.</summary>
    public ushort Vif => (ushort)_place;

    /// <summary>The index of its VRF.</summary>
    public int Vrf => (int)_vrfAndPorts;

    /// <summary>See <see cref="IpProtocol"/>.</summary>
    public byte Protocol => (byte)(_place >> 16);

    /// <summary>Whether the addresses are IPv6.</summary>
    public bool IsIpv6 => (_place & Ipv6Flag) != 0;

    /// <summary>Where it comes from.</summary>
    public IpAddress Source => new(_sourceHigh, _sourceLow, IsIpv6);

    /// <summary>Where it goes to.</summary>
    public IpAddress Destination => new(_destinationHigh, _destinationLow, IsIpv6);

    /// <summary>The source of an IPv4 key.</summary>
    public uint SourceIpv4 => (uint)_sourceLow;

    /// <summary>The destination of an IPv4 key.</summary>
    public uint DestinationIpv4 => (uint)_destinationLow;

    /// <summary>Both ports, the source's in the upper half, as a transport header begins.</summary>
    public uint Ports => (uint)(_vrfAndPorts >> 32);

    /// <summary>The source port, or the identifier of an ICMP echo; 0 where there is none.</summary>
    public ushort SourcePort => (ushort)(_vrfAndPorts >> 48);

    /// <summary>The destination port; 0 where there is none, and for ICMP.</summary>
    public ushort DestinationPort => (ushort)(_vrfAndPorts >> 32);

    /// <summary>A key of IPv4. Echoes have <paramref name="ports"/> of <see cref="EchoPorts"/>, protocols without ports 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FlowKey OfIpv4(ushort vif, int vrf, uint source, uint destination, byte protocol, uint ports) =>
        new((ulong)ports << 32 | (uint)vrf, (uint)protocol << 16 | vif, source, destination, 0, 0);

    /// <summary>Writes a key of IPv4 from its two halves, as <see cref="FlowHasher.HashIpv4"/> has them in registers: whoever reads it next reads vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WriteIpv4(out FlowKey key, Vector128<ulong> place, Vector128<ulong> addresses)
    {
        Unsafe.SkipInit(out key);
        ref ulong words = ref Unsafe.As<FlowKey, ulong>(ref key);
        place.StoreUnsafe(ref words);
        addresses.StoreUnsafe(ref words, 2);
        Vector128<ulong>.Zero.StoreUnsafe(ref words, 4);
    }

    /// <summary>A key of either family. Echoes have <paramref name="ports"/> of <see cref="EchoPorts"/>, protocols without ports 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FlowKey Of(ushort vif, int vrf, IpAddress source, IpAddress destination, byte protocol, uint ports) => new(
        (ulong)ports << 32 | (uint)vrf,
        (uint)protocol << 16 | vif | (source.IsIpv6 ? Ipv6Flag : 0),
        source.Low, destination.Low, source.High, destination.High);

    /// <summary>The ports of an ICMP echo, request or reply: its identifier and 0, both ways.</summary>
    public static uint EchoPorts(ushort identifier) => (uint)identifier << 16;

    /// <summary>The same key in another place.</summary>
    public FlowKey At(ushort vif, int vrf) => new(
        _vrfAndPorts & ~(ulong)uint.MaxValue | (uint)vrf, _place & ~0xFFFFUL | vif, _sourceLow, _destinationLow, _sourceHigh, _destinationHigh);

    /// <summary>The key of what comes back, in the same place.</summary>
    public FlowKey Reverse() => Reverse(Vif, Vrf);

    /// <summary>The key of what comes back, through another vif or VRF.</summary>
    public FlowKey Reverse(ushort vif, int vrf)
    {
        uint ports = Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 ? Ports : Ports << 16 | Ports >> 16;
        return new FlowKey(
            (ulong)ports << 32 | (uint)vrf, _place & ~0xFFFFUL | vif, _destinationLow, _sourceLow, _destinationHigh, _sourceHigh);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(FlowKey other) => Equals(in this, in other);

    /// <summary>Whether two keys are the same, without copies: two vector loads a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Equals(in FlowKey left, in FlowKey right) =>
        Ipv4Part(in left) == Ipv4Part(in right) && HighPart(in left) == HighPart(in right);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FlowKey other && Equals(other);

    /// <summary>Not keyed: for collections of tests and tools. The table hashes with <see cref="FlowHasher"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(_vrfAndPorts, _place, Source, Destination);

    /// <inheritdoc/>
    public static bool operator ==(in FlowKey left, in FlowKey right) => Equals(in left, in right);

    /// <inheritdoc/>
    public static bool operator !=(in FlowKey left, in FlowKey right) => !Equals(in left, in right);

    /// <summary>For people: <c>vif 3 vrf 1 10.0.0.1:80 > 10.0.0.2:1024 protocol 6</c>.</summary>
    public override string ToString() =>
        $"vif {Vif} vrf {Vrf} {Source}:{SourcePort} > {Destination}:{DestinationPort} protocol {Protocol}";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Ipv4Part(in FlowKey key) =>
        Vector256.LoadUnsafe(ref Unsafe.As<ulong, byte>(ref Unsafe.AsRef(in key._vrfAndPorts)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> HighPart(in FlowKey key) =>
        Vector128.LoadUnsafe(ref Unsafe.As<ulong, byte>(ref Unsafe.AsRef(in key._sourceHigh)));
}
