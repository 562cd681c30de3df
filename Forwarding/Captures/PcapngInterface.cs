namespace VRouter.Forwarding;

/// <summary>An interface of a pcapng section: what its packets are and how its clock counts.</summary>
internal readonly record struct PcapngInterface(ushort LinkType, uint SnapLength, byte Resolution, long OffsetSeconds)
{
    /// <summary>if_tsresol where the option is absent: 10^-6 s.</summary>
    public const byte Microseconds = 6;

    private const byte PowerOfTwo = 0x80;

    /// <summary>The year 2106: seconds in 32 bits are all that pcap files can say.</summary>
    private const long Latest = uint.MaxValue * PcapFormat.NanosecondsPerSecond;

    public bool IsNanosecond => (Resolution & PowerOfTwo) != 0 ? (Resolution & ~PowerOfTwo) > 19 : Resolution > Microseconds;

    /// <summary>The time stamp as nanoseconds since 1970; false when it lies outside what a pcap file can say.</summary>
    public bool TryGetNanoseconds(ulong timeStamp, out long nanoseconds)
    {
        Int128 time = Scale(timeStamp) + (Int128)OffsetSeconds * PcapFormat.NanosecondsPerSecond;
        bool fits = time >= 0 && time <= Latest;
        nanoseconds = fits ? (long)time : 0;

        return fits;
    }

    private Int128 Scale(ulong timeStamp)
    {
        if ((Resolution & PowerOfTwo) != 0)
        {
            return (Int128)((UInt128)timeStamp * PcapFormat.NanosecondsPerSecond >> (Resolution & ~PowerOfTwo));
        }

        // 10^19 and more units in a nanosecond leave nothing of 64 bits.
        return Resolution <= 9 ? (Int128)timeStamp * PowerOfTen(9 - Resolution)
            : Resolution - 9 > 19 ? 0
            : (Int128)timeStamp / PowerOfTen(Resolution - 9);
    }

    private static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;

        while (exponent-- > 0)
        {
            power *= 10;
        }

        return power;
    }
}
