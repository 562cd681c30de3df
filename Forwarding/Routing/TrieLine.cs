using System.Runtime.InteropServices;

namespace VRouter.Forwarding;

/// <summary>The unit that nodes are made of: one cache line.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct TrieLine
{
    public const int Bytes = 64;
}
