using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// One worker's memory of where the latest destinations lead: a line instead of a walk down the trie. A hint holds as long as its
/// VRF's routes and the next hops are what they were; changes elsewhere leave it alone.
/// </summary>
internal sealed class RouteHints : IDisposable
{
    private const int Count = 4096;

    private readonly NativeArray<RouteHint> _hints = new(Count);

    /// <summary>The one place where a destination's hint may be. Addresses of one subnet have places of their own.</summary>
    public ref RouteHint this[uint destination]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _hints[(int)((destination ^ destination >> 12) & (Count - 1))];
    }

    public void Dispose() => _hints.Dispose();
}
