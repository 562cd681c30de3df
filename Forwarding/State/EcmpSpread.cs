using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VRouter.Forwarding;

/// <summary>
/// Spreads flows over members so that whoever knows the same members chooses the same one, in whatever order they came: a member that goes
/// moves its own flows only, one that comes takes its share of all (rendezvous hashing; Thaler and Ravishankar, 1998).
/// </summary>
/// <remarks>
/// Of every member a flow makes a number, <c>fmix32(flow ^ identity)</c>; the highest one wins. As fmix32 is a permutation, no two are equal,
/// and the winner's number tells its identity. With weights the members race: each takes as long as its number says, exponentially
/// distributed, divided by its weight, so the chance to be the first is its share of all weights, and a change of one weight moves no flow
/// between others. The time is <c>-log2((number / 2^8 | 1) / 2^24)</c>, with a parabola between powers of two, in IEEE 754 single precision,
/// each operation rounded: as it falls where the number rises, equal weights choose as none do; of equal times the higher number is first.
/// </remarks>
internal sealed class EcmpSpread
{
    private const int Lanes = 16;
    private const float Linear = 185 / 256f, Quadratic = 39 / 256f, Cubic = 32 / 256f;

    private readonly uint[] _identities;
    private readonly float[]? _shares;

    /// <param name="identities">Each once, none of them or at least one.</param>
    /// <param name="weights">As many, none 0.</param>
    public EcmpSpread(ReadOnlySpan<uint> identities, ReadOnlySpan<uint> weights)
    {
        IsEmpty = identities.IsEmpty;
        _identities = Pad(identities);

        if (weights.ContainsAnyExcept(weights.IsEmpty ? 0 : weights[0]))
        {
            _shares = Array.ConvertAll(Pad(weights), weight => 1f / weight);
        }
    }

    public bool IsEmpty { get; }

    /// <summary>Whether it spreads over this member among others.</summary>
    public bool Has(uint identity) => _identities.AsSpan().Contains(identity);

    /// <summary>The identity of the flow's member. Not to be asked where there is none.</summary>
    public uint Choose(uint flow)
    {
        uint winner = _shares is not null ? First(flow, _identities, _shares)
            : Vector512.IsHardwareAccelerated ? Highest512(flow, _identities)
            : Highest256(flow, _identities);

        return flow ^ Fmix32.Undo(winner);
    }

    /// <summary>How long a member of weight 1 takes: exponentially distributed, and shorter the higher the number is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Times(Vector256<uint> numbers)
    {
        // Odd, so below 2^24 and above 0; exact as they have 24 bits.
        Vector256<int> exact = Vector256.ConvertToSingle(((numbers >>> 8) | Vector256<uint>.One).AsInt32()).AsInt32();
        Vector256<float> octaves = Vector256.ConvertToSingle(Vector256.Create(127 + 23) - (exact >>> 23));
        Vector256<float> mantissas = ((exact & Vector256.Create(0x007F_FFFF)) | Vector256.Create(0x3F80_0000)).AsSingle();
        Vector256<float> below = Vector256.Create(2f) - mantissas;
        Vector256<float> curve = Vector256.Create(Quadratic) + below * Vector256.Create(Cubic);
        curve = Vector256.Create(Linear) + below * curve;
        return octaves + below * curve;
    }

    private static uint Highest512(uint flow, uint[] identities)
    {
        ref uint identity = ref MemoryMarshal.GetArrayDataReference(identities);
        var flows = Vector512.Create(flow);
        Vector512<uint> highest = Vector512<uint>.Zero;

        for (nuint i = 0; i < (nuint)identities.Length; i += Lanes)
        {
            highest = Vector512.Max(highest, Fmix32.Mix(flows ^ Vector512.LoadUnsafe(ref identity, i)));
        }

        return Highest(Vector256.Max(highest.GetLower(), highest.GetUpper()));
    }

    private static uint Highest256(uint flow, uint[] identities)
    {
        ref uint identity = ref MemoryMarshal.GetArrayDataReference(identities);
        var flows = Vector256.Create(flow);
        Vector256<uint> highest = Vector256<uint>.Zero;

        for (nuint i = 0; i < (nuint)identities.Length; i += Lanes / 2)
        {
            highest = Vector256.Max(highest, Fmix32.Mix(flows ^ Vector256.LoadUnsafe(ref identity, i)));
        }

        return Highest(highest);
    }

    private static uint Highest(Vector256<uint> numbers)
    {
        Vector128<uint> four = Vector128.Max(numbers.GetLower(), numbers.GetUpper());
        Vector128<uint> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2u, 3, 0, 1)));
        return Math.Max(two[0], two[1]);
    }

    private static uint First(uint flow, uint[] identities, float[] shares)
    {
        ref uint identity = ref MemoryMarshal.GetArrayDataReference(identities);
        ref float share = ref MemoryMarshal.GetArrayDataReference(shares);
        var flows = Vector256.Create(flow);
        Vector256<uint> winners = Vector256<uint>.Zero;
        Vector256<float> best = Vector256.Create(float.PositiveInfinity);

        for (nuint i = 0; i < (nuint)identities.Length; i += Lanes / 2)
        {
            Vector256<uint> numbers = Fmix32.Mix(flows ^ Vector256.LoadUnsafe(ref identity, i));
            Vector256<float> times = Times(numbers) * Vector256.LoadUnsafe(ref share, i);
            Vector256<uint> isFirst = Vector256.LessThan(times, best).AsUInt32()
                | Vector256.Equals(times, best).AsUInt32() & Vector256.GreaterThan(numbers, winners);

            winners = Vector256.ConditionalSelect(isFirst, numbers, winners);
            best = Vector256.Min(best, times);
        }

        return First(winners, best);
    }

    private static uint First(Vector256<uint> numbers, Vector256<float> times)
    {
        int first = 0;

        for (int lane = 1; lane < Vector256<uint>.Count; lane++)
        {
            bool isFirst = times[lane] < times[first] || (times[lane] == times[first] && numbers[lane] > numbers[first]);
            first = isFirst ? lane : first;
        }

        return numbers[first];
    }

    // Vectors are full: the last one again and again changes nothing.
    private static uint[] Pad(ReadOnlySpan<uint> values)
    {
        uint[] padded = new uint[(values.Length + Lanes - 1) / Lanes * Lanes];
        values.CopyTo(padded);
        padded.AsSpan(values.Length).Fill(values.IsEmpty ? 0 : values[^1]);
        return padded;
    }
}
