using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// The packets of tenants that somebody else has to serve, until it is disposed. One thread reads; no worker waits for it: what it does not
/// read in time is lost, and counted.
/// </summary>
public sealed class PacketTrap : IDisposable
{
    private readonly DataPlane _plane;
    private readonly TrapRing[] _rings;

    internal PacketTrap(DataPlane plane, int workers)
    {
        _plane = plane;
        _rings = [.. Enumerable.Range(0, workers).Select(_ => new TrapRing())];
    }

    /// <summary>The next packet, the oldest of those that the workers have set aside; null: there is none for now.</summary>
    public TrappedPacket? Read()
    {
        TrapRing? oldest = null;

        foreach (TrapRing ring in _rings)
        {
            oldest = ring.OldestTime is { } time && (oldest?.OldestTime is not { } best || time < best) ? ring : oldest;
        }

        return oldest is null ? null : _plane.Describe(oldest.Take(out TrapRecord record), record);
    }

    /// <inheritdoc/>
    public void Dispose() => _plane.EndTrap(this);

    /// <summary>Takes a worker's packet; false: there is no room.</summary>
    internal bool TryAdd(int worker, FrameRegion region, in Packet packet, in TrapRecord record) => _rings[worker].TryAdd(region, packet, record);
}
