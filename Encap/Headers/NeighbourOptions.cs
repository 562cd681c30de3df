using System.Runtime.CompilerServices;

namespace VRouter.Encap;

/// <summary>The link-layer addresses among the options of a neighbour or router message, RFC 4861 section 4.6.</summary>
public readonly record struct NeighbourOptions
{
    /// <summary>Option type: source link-layer address.</summary>
    public const byte SourceAddress = 1;

    /// <summary>Option type: target link-layer address.</summary>
    public const byte TargetAddress = 2;

    /// <summary>Bytes of an option that holds a MAC address.</summary>
    public const int MacOptionSize = 8;

    private const int LengthUnit = 8;

    /// <summary>The sender's MAC address, where it tells.</summary>
    public MacAddress? Source { get; private init; }

    /// <summary>The target's MAC address, where it is told.</summary>
    public MacAddress? Target { get; private init; }

    /// <summary>Reads all options; false when one has no length or is cut off: "MUST silently discard" (section 7.1).</summary>
    public static bool TryRead(Span<byte> bytes, out NeighbourOptions options)
    {
        options = default;

        while (bytes.Length >= 2)
        {
            int length = bytes[1] * LengthUnit;

            if (length == 0 || length > bytes.Length)
            {
                return false;
            }

            options = bytes[0] switch
            {
                SourceAddress => options with { Source = Mac(bytes) },
                TargetAddress => options with { Target = Mac(bytes) },
                _ => options,
            };

            bytes = bytes[length..];
        }

        return bytes.IsEmpty;
    }

    /// <summary>Writes an option with a MAC address: <see cref="MacOptionSize"/> bytes.</summary>
    internal static void Write(Span<byte> room, byte type, MacAddress mac)
    {
        room[0] = type;
        room[1] = MacOptionSize / LengthUnit;
        Unsafe.WriteUnaligned(ref room[2..MacOptionSize][0], (MacBytes)mac);
    }

    /// <summary>Puts another MAC address in place of those there, and gives the checksum that this makes of the message's.</summary>
    internal static ushort ReplaceMac(Span<byte> bytes, MacAddress mac, ushort checksum)
    {
        while (bytes.Length >= MacOptionSize && bytes[1] != 0 && bytes[1] * LengthUnit <= bytes.Length)
        {
            if (bytes[0] is SourceAddress or TargetAddress)
            {
                // Sums are added up in words, so an address is as good as the number that it is.
                checksum = (ushort)~Checksum.Fold((ulong)(ushort)~checksum + (ushort)~Checksum.Fold(Mac(bytes).Value) + Checksum.Fold(mac.Value));
                Write(bytes, bytes[0], mac);
            }

            bytes = bytes[(bytes[1] * LengthUnit)..];
        }

        return checksum;
    }

    private static MacAddress Mac(Span<byte> option) => Unsafe.ReadUnaligned<MacBytes>(ref option[2..MacOptionSize][0]);
}
