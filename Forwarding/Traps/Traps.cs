using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Who serves the packets that are trapped. While nobody does, there are none.</summary>
internal sealed class Traps : IDisposable
{
    /// <summary>Packets a second and vif: more than a guest needs to get its addresses, less than would hide another one's.</summary>
    private const int PerSecond = 100;

    private readonly RateLimit _rate = new(PerSecond);
    private PacketTrap[] _open = [];

    /// <summary>Whether anybody serves them.</summary>
    public bool IsOn => Volatile.Read(ref _open).Length > 0;

    public void Add(PacketTrap trap) => Volatile.Write(ref _open, [.. _open, trap]);

    public void Remove(PacketTrap trap) => Volatile.Write(ref _open, [.. _open.Where(other => other != trap)]);

    /// <summary>Whether one more packet of a vif may be had this second.</summary>
    public bool MayTake(int vif, long milliseconds) => _rate.TryTake(vif, milliseconds);

    /// <summary>Gives a packet to all who serve; false: none has room.</summary>
    public bool TryTake(int worker, FrameRegion region, in Packet packet, in TrapRecord record)
    {
        bool isTaken = false;

        foreach (PacketTrap trap in Volatile.Read(ref _open))
        {
            isTaken |= trap.TryAdd(worker, region, packet, record);
        }

        return isTaken;
    }

    public void Dispose() => _rate.Dispose();
}
