using System.Diagnostics.CodeAnalysis;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// A port with no kernel behind it: what is delivered to it arrives at the vif, what the vif sends can be collected.
/// For tests, embedding, replay and benches. One thread may deliver and one may collect on each queue.
/// </summary>
public sealed class MemoryPort : IPort
{
    private readonly FramePool _frames;
    private readonly PacketRing[] _arriving;
    private readonly PacketRing[] _leaving;

    /// <summary>Makes a port over the data plane's frames. <paramref name="ringSize"/> is a power of two.</summary>
    public MemoryPort(FramePool frames, int ringSize = 1024, int queues = 1, PortCapabilities capabilities = PortCapabilities.None)
    {
        _frames = frames;
        _arriving = [.. Enumerable.Range(0, queues).Select(_ => new PacketRing(ringSize))];
        _leaving = [.. Enumerable.Range(0, queues).Select(_ => new PacketRing(ringSize))];
        Capabilities = capabilities | PortCapabilities.Chains;
    }

    /// <inheritdoc/>
    public string Description => $"memory ({_arriving.Length} queues)";

    /// <inheritdoc/>
    public PortCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public int QueueCount => _arriving.Length;

    /// <inheritdoc/>
    public bool IsUp => true;

    /// <summary>Packets that arrived and have not been received yet.</summary>
    public int Waiting => _arriving.Sum(ring => ring.Count);

    /// <inheritdoc/>
    public IPortQueue OpenQueue(int queue, FrameCache frames) => new MemoryPortQueue(_arriving[queue], _leaving[queue]);

    /// <summary>Lets a copy of <paramref name="packet"/> arrive; false when the ring is full or no frame is free.</summary>
    public bool TryDeliver(ReadOnlySpan<byte> packet, int queue = 0)
    {
        if (!PacketBytes.TryLoad(_frames, packet, out Packet loaded))
        {
            return false;
        }

        if (Deliver(new ReadOnlySpan<Packet>(in loaded), queue) == 1)
        {
            return true;
        }

        PacketBytes.Free(_frames, loaded);
        return false;
    }

    /// <summary>Lets packets arrive whose frames the caller has filled; says how many there was room for.</summary>
    /// <exception cref="ArgumentException">A packet lies in no frame of the data plane's.</exception>
    public int Deliver(ReadOnlySpan<Packet> packets, int queue = 0)
    {
        FrameRegion region = _frames.Region;

        // The walk trusts its ports: this is where packets are checked that the program made itself.
        foreach (ref readonly Packet packet in packets)
        {
            if (!region.Contains(packet.Frame, packet.Start, packet.HeadLength) || packet.HeadLength > packet.Length)
            {
                ThrowOutOfFrame(packet);
            }
        }

        return _arriving[queue].Put(packets);
    }

    /// <summary>Collects the bytes of the next packet that was sent; false when there is none.</summary>
    public bool TryCollect(out byte[] packet, int queue = 0)
    {
        Packet sent = default;

        if (Collect(new Span<Packet>(ref sent), queue) == 0)
        {
            packet = [];
            return false;
        }

        packet = PacketBytes.ToArray(_frames.Region, sent);
        PacketBytes.Free(_frames, sent);
        return true;
    }

    /// <summary>Collects packets that were sent; their frames are the caller's.</summary>
    public int Collect(Span<Packet> packets, int queue = 0) => _leaving[queue].Take(packets);

    [DoesNotReturn]
    private static void ThrowOutOfFrame(in Packet packet) => throw new ArgumentException(
        $"{packet.HeadLength} bytes at {packet.Start} of frame {packet.Frame} are not in a frame of this data plane", nameof(packet));

    /// <inheritdoc/>
    public void Dispose()
    {
        Packet packet = default;

        foreach (PacketRing ring in _arriving.Concat(_leaving))
        {
            while (ring.Take(new Span<Packet>(ref packet)) == 1)
            {
                PacketBytes.Free(_frames, packet);
            }
        }
    }
}
