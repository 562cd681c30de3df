using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Whether each vif has a port whose link is up. The control side writes, every worker reads.</summary>
internal sealed class LinkStates : IDisposable
{
    private readonly NativeArray<byte> _up = new(Books.MostVifs);

    /// <summary>Not 0 for each vif that is up, for the walk.</summary>
    public NativeArray<byte> Up => _up;

    public bool IsUp(int vif) => _up[vif] != 0;

    public void Set(int vif, bool isUp) => Volatile.Write(ref _up[vif], isUp ? (byte)1 : (byte)0);

    public void Dispose() => _up.Dispose();
}
