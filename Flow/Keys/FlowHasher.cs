using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VRouter.Flow;

/// <summary>
/// Hashes keys under a secret, so that nobody outside can choose keys that collide. With AES instructions each third of a key goes through
/// three rounds under keys of its own, and their sum through two more: what differs in one third has passed five rounds, nine S-boxes
/// at the least in the first three (the wide trail bound), before 32 bits are taken from it.
/// </summary>
public readonly struct FlowHasher
{
    private readonly Lanes _lanes;
    private readonly Vector128<byte> _noHighHalves;
    private readonly Rounds _rounds;
    private readonly Words _words;

    /// <summary>Prepares the keys. What one hasher says, another of the same seed says on the same machine.</summary>
    public FlowHasher(FlowSeed seed)
    {
        _lanes = seed.Expand<Lanes>(purpose: 1);
        _rounds = seed.Expand<Rounds>(purpose: 2);
        _words = seed.Expand<Words>(purpose: 3);
        _noHighHalves = Aes.IsSupported ? Encrypt(_lanes[2]) : default;
    }

    /// <summary>The hash of one direction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(in FlowKey key)
    {
        if (!Aes.IsSupported)
        {
            return HashPortably(in key);
        }

        ref Vector128<byte> thirds = ref Unsafe.As<FlowKey, Vector128<byte>>(ref Unsafe.AsRef(in key));
        Vector128<byte> mixed = Encrypt(thirds ^ _lanes[0]) ^ Encrypt(Unsafe.Add(ref thirds, 1) ^ _lanes[1]) ^ Encrypt(Unsafe.Add(ref thirds, 2) ^ _lanes[2]);
        return Finish(mixed);
    }

    /// <summary>Makes a key of IPv4 and hashes it, without a detour through memory: what was just stored in words is slow to load as vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint HashIpv4(out FlowKey key, ushort vif, int vrf, uint source, uint destination, byte protocol, uint ports)
    {
        Vector128<ulong> place = Vector128.Create((ulong)ports << 32 | (uint)vrf, (uint)protocol << 16 | vif);
        Vector128<ulong> addresses = Vector128.Create((ulong)source, destination);
        FlowKey.WriteIpv4(out key, place, addresses);

        return Aes.IsSupported
            ? Finish(Encrypt(place.AsByte() ^ _lanes[0]) ^ Encrypt(addresses.AsByte() ^ _lanes[1]) ^ _noHighHalves)
            : HashPortably(in key);
    }

    /// <summary>
    /// The same for both directions of a flow, wherever they come in: for the choice of its worker. Says nothing of vif and VRF, which differ
    /// between directions.
    /// </summary>
    public uint HashBothWays(in FlowKey key)
    {
        uint ports = (uint)key.SourcePort + key.DestinationPort | (uint)(key.SourcePort ^ key.DestinationPort) << 17;
        Vector128<ulong> source = Vector128.Create(key.Source.Low, key.Source.High);
        Vector128<ulong> destination = Vector128.Create(key.Destination.Low, key.Destination.High);
        Vector128<ulong> rest = Vector128.Create(ports, key.Protocol | (key.IsIpv6 ? 256UL : 0));

        if (!Aes.IsSupported)
        {
            return HashBothWaysPortably(source, destination, rest);
        }

        Vector128<ulong> sum = Encrypt(source.AsByte() ^ _lanes[3]).AsUInt64() + Encrypt(destination.AsByte() ^ _lanes[3]).AsUInt64();
        return Finish(sum.AsByte() ^ Encrypt(rest.AsByte() ^ _lanes[0]));
    }

    /// <summary>Where there are no AES instructions: multiply and fold, under the same secret.</summary>
    internal uint HashPortably(in FlowKey key)
    {
        ref ulong words = ref Unsafe.As<FlowKey, ulong>(ref Unsafe.AsRef(in key));
        ulong mixed = Fold(words ^ _words[0], Unsafe.Add(ref words, 1) ^ _words[1])
            ^ Fold(Unsafe.Add(ref words, 2) ^ _words[2], Unsafe.Add(ref words, 3) ^ _words[3])
            ^ Fold(Unsafe.Add(ref words, 4) ^ _words[4], Unsafe.Add(ref words, 5) ^ _words[5]);
        return (uint)Fold(mixed ^ _words[6], _words[7] | 1);
    }

    internal uint HashBothWaysPortably(Vector128<ulong> source, Vector128<ulong> destination, Vector128<ulong> rest)
    {
        ulong sum = Fold(source[0] ^ _words[0], source[1] ^ _words[1]) + Fold(destination[0] ^ _words[0], destination[1] ^ _words[1]);
        return (uint)Fold(sum ^ Fold(rest[0] ^ _words[2], rest[1] ^ _words[3]) ^ _words[6], _words[7] | 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> Encrypt(Vector128<byte> block) =>
        Aes.Encrypt(Aes.Encrypt(Aes.Encrypt(block, _rounds[0]), _rounds[1]), _rounds[2]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Finish(Vector128<byte> mixed) => Aes.Encrypt(Aes.Encrypt(mixed, _rounds[3]), _rounds[3]).AsUInt32().ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    [InlineArray(4)]
    private struct Lanes
    {
        private Vector128<byte> _first;
    }

    [InlineArray(4)]
    private struct Rounds
    {
        private Vector128<byte> _first;
    }

    [InlineArray(8)]
    private struct Words
    {
        private ulong _first;
    }
}
