namespace VRouter.Forwarding;

/// <summary>The options of an Interface Description Block that matter for time stamps.</summary>
internal static class PcapngOptions
{
    private const int HeaderSize = 4;

    /// <summary>Reads if_tsresol and if_tsoffset; options that are cut off or of a wrong length count as absent.</summary>
    public static (byte Resolution, long OffsetSeconds) ReadClock(ReadOnlySpan<byte> options, bool isBigEndian)
    {
        byte resolution = PcapngInterface.Microseconds;
        long offset = 0;

        while (options.Length >= HeaderSize)
        {
            var header = new CaptureBytes(options, isBigEndian);
            ushort code = header.UInt16(0);
            int length = header.UInt16(2);
            options = options[HeaderSize..];

            if (code == PcapngFormat.EndOfOptions || length > options.Length)
            {
                break;
            }

            if (code == PcapngFormat.TimeResolution && length == 1)
            {
                resolution = options[0];
            }
            else if (code == PcapngFormat.TimeOffset && length == 8)
            {
                offset = new CaptureBytes(options, isBigEndian).Int64(0);
            }

            options = options[Math.Min((length + 3) & ~3, options.Length)..];
        }

        return (resolution, offset);
    }
}
