namespace VRouter.Encap;

/// <summary>What a header knows about itself: a <c>Pack = 1</c> struct that overlays its bytes.</summary>
public interface IHeader<THeader> where THeader : unmanaged, IHeader<THeader>
{
    /// <summary>
    /// Checks the header and says where its payload lies: at bytes [<paramref name="start"/>, <paramref name="end"/>),
    /// counted from the header's first byte. At least the struct's own size is available; what it says of options and
    /// payload is checked against <paramref name="available"/>.
    /// </summary>
    /// <returns>False when the header contradicts itself or the bytes there are; then nothing of it may be used.</returns>
    static abstract bool TryFindPayload(in THeader header, int available, out int start, out int end);
}
