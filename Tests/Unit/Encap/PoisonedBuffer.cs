namespace VRouter.Tests.Unit.Encap;

/// <summary>A buffer full of 0xA5 with a room in it to write to: what is written outside the room shows.</summary>
internal sealed class PoisonedBuffer(int before, int room, int after)
{
    private const byte Poison = 0xA5;

    private readonly byte[] _bytes = Filled(before + room + after);

    public Span<byte> Room => _bytes.AsSpan(before, room);

    public Span<byte> Front => _bytes.AsSpan(0, before);

    public bool IsUntouchedAround => IsUntouched(Front) && IsUntouched(_bytes.AsSpan(before + room));

    public static bool IsUntouched(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept(Poison);

    private static byte[] Filled(int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(Poison);
        return bytes;
    }
}
