namespace VRouter.Native;

/// <summary>How much a load or store moves, by the kernel's names (RFC 9669 section 5): 8, 16, 32, 64 bits.</summary>
internal enum BpfSize : byte
{
    W = 0x00,
    H = 0x08,
    B = 0x10,
    DW = 0x18,
}
