using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A TCP segment (RFC 9293 section 3.1).</summary>
/// <param name="Sequence">Of its first byte.</param>
/// <param name="Acknowledgement">What it expects next; counts with ACK.</param>
/// <param name="Length">Bytes behind its header.</param>
/// <param name="Window">Unscaled.</param>
/// <param name="Flags">Its control bits.</param>
/// <param name="Scale">The shift of its window scale option (RFC 7323), at most 14; null = it has none.</param>
internal sealed record Segment(uint Sequence, uint Acknowledgement, int Length, int Window, TcpFlags Flags, int? Scale)
{
    private const byte ScaleOption = 3;

    /// <summary>The number behind it: SYN and FIN take one each.</summary>
    public uint End => Sequence + (uint)Length + (Syn ? 1u : 0) + (Fin ? 1u : 0);

    public bool Syn => (Flags & TcpFlags.Syn) != 0;

    public bool Fin => (Flags & TcpFlags.Fin) != 0;

    public bool Rst => (Flags & TcpFlags.Rst) != 0;

    public bool Ack => (Flags & TcpFlags.Ack) != 0;

    public static Segment Read(byte[] tcp)
    {
        int headerLength = (tcp[12] >> 4) * 4;
        var flags = (TcpFlags)tcp[13];
        int? scale = null;

        foreach ((byte kind, int offset, int length) in Options(tcp))
        {
            if (kind == ScaleOption && length == 1 && (flags & TcpFlags.Syn) != 0)
            {
                scale ??= Math.Min((int)tcp[offset], 14);
            }
        }

        return new Segment(Octets.Read32(tcp, 4), Octets.Read32(tcp, 8), tcp.Length - headerLength, Octets.Read16(tcp, 14), flags, scale);
    }

    /// <summary>The options that have values, up to the first that cannot be: kind, where the value lies, its length.</summary>
    public static IEnumerable<(byte Kind, int Offset, int Length)> Options(byte[] tcp)
    {
        int end = (tcp[12] >> 4) * 4;

        for (int at = 20; at < end && tcp[at] != 0;)
        {
            if (tcp[at] == 1)
            {
                at++;
                continue;
            }

            if (at + 1 >= end || tcp[at + 1] < 2 || at + tcp[at + 1] > end)
            {
                yield break;
            }

            yield return (tcp[at], at + 2, tcp[at + 1] - 2);
            at += tcp[at + 1];
        }
    }
}
