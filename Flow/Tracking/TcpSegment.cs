using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>What a TCP segment says to the tracker.</summary>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="Acknowledgement">Its acknowledgement number; counts with ACK.</param>
/// <param name="PayloadLength">Bytes behind the header and its options.</param>
/// <param name="Window">Its window, unscaled.</param>
/// <param name="Flags">Its control bits.</param>
/// <param name="Scale">The shift of a SYN's window scale option (RFC 7323 section 2), or <see cref="NoScale"/>.</param>
public readonly record struct TcpSegment(uint Sequence, uint Acknowledgement, int PayloadLength, ushort Window, TcpFlags Flags, byte Scale = TcpSegment.NoScale)
{
    /// <summary>No window scale option.</summary>
    public const byte NoScale = 255;

    /// <summary>RFC 7323 section 2.3.</summary>
    internal const byte LargestScale = 14;

    private const byte WindowScaleOption = 3;

    /// <summary>The sequence number behind it: SYN and FIN take one each.</summary>
    public uint End => Sequence + (uint)PayloadLength + (Has(TcpFlags.Syn) ? 1u : 0) + (Has(TcpFlags.Fin) ? 1u : 0);

    /// <summary>Whether any TCP sends such flags: one of SYN and RST, no FIN with them, and ACK on all else (RFC 9293 section 3.10.7).</summary>
    public bool IsPossible => (Flags & (TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Fin)) switch
    {
        TcpFlags.Syn or TcpFlags.Rst => true,
        TcpFlags.None or TcpFlags.Fin => Has(TcpFlags.Ack),
        _ => false,
    };

    /// <summary>Reads a header that the caller has checked to be whole, options included.</summary>
    /// <param name="header">From the source port to the end of the options.</param>
    /// <param name="payloadLength">Bytes behind them.</param>
    public static TcpSegment Read(Span<byte> header, int payloadLength)
    {
        ref TcpHeader tcp = ref Headers.At<TcpHeader>(ref header[0], 0);
        byte scale = (tcp.Flags & TcpFlags.Syn) != 0 ? ReadScale(header[TcpHeader.Size..]) : NoScale;
        return new TcpSegment(tcp.Sequence, tcp.Acknowledgement, payloadLength, tcp.Window, tcp.Flags, scale);
    }

    /// <summary>Whether any of the flags is set.</summary>
    public bool Has(TcpFlags flags) => (Flags & flags) != 0;

    private static byte ReadScale(Span<byte> bytes)
    {
        var options = new TcpOptions(bytes);

        while (options.MoveNext())
        {
            if (options.Kind == WindowScaleOption && options.Value.Length == 1)
            {
                return Math.Min(options.Value[0], LargestScale);
            }
        }

        return NoScale;
    }
}
