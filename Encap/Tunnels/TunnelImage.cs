using System.Runtime.CompilerServices;

namespace VRouter.Encap;

/// <summary>Room for the longest outer headers (88 bytes); headers end where it ends.</summary>
[InlineArray(Size)]
internal struct TunnelImage
{
    public const int Size = 96;

    private byte _first;
}
