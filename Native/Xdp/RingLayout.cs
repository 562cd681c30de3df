namespace VRouter.Native;

/// <summary>Where the parts of a ring lie.</summary>
/// <param name="Producer">The 32-bit counter of entries filled.</param>
/// <param name="Consumer">The 32-bit counter of entries emptied.</param>
/// <param name="Flags">The 32 bits in which the kernel asks to be woken.</param>
/// <param name="Entries">The first entry.</param>
/// <param name="Size">How many there are: a power of two.</param>
internal readonly record struct RingLayout(nint Producer, nint Consumer, nint Flags, nint Entries, uint Size);
