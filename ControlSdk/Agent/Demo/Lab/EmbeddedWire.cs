using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>The underlay in memory: a segment that all fabric ports are on. What one sends arrives at all others.</summary>
internal sealed class EmbeddedWire(IReadOnlyList<MemoryPort> ports)
{
    /// <summary>Carries what has been sent; false when nothing was.</summary>
    public bool Carry()
    {
        bool carried = false;

        foreach (MemoryPort sender in ports)
        {
            while (sender.TryCollect(out byte[] frame))
            {
                Deliver(sender, frame);
                carried = true;
            }
        }

        return carried;
    }

    /// <summary>A full ring loses the frame, as a wire would.</summary>
    private void Deliver(MemoryPort sender, byte[] frame)
    {
        foreach (MemoryPort receiver in ports)
        {
            if (receiver != sender)
            {
                receiver.TryDeliver(frame);
            }
        }
    }
}
