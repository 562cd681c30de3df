using System.Buffers.Binary;
using System.Globalization;

namespace VRouter.ControlSdk.Server;

/// <summary>How far a watcher has come: in which start of the vRouter, before which event, and with what it asked for.</summary>
internal readonly record struct ResumeToken(ulong Instance, long Next, EventScope Scopes)
{
    public const int Length = 17;

    /// <summary>An instance's id as a number.</summary>
    public static ulong InstanceOf(string id) => ulong.Parse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Reads a token that a client brings back; false when it is none of ours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ResumeToken token)
    {
        bool isOne = bytes.Length == Length;
        token = isOne
            ? new ResumeToken(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), (EventScope)bytes[16])
            : default;
        return isOne;
    }

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Instance);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Next);
        bytes[16] = (byte)Scopes;
    }
}
