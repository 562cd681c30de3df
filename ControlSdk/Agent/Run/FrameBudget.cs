using VRouter.ControlSdk.V1;
using VRouter.Native;

namespace VRouter.ControlSdk.Agent;

/// <summary>
/// How many frames a node needs. AF_XDP pins every one of them (xdp_umem_reg), so a node with one small port must not
/// pay for a node with many.
/// </summary>
internal static class FrameBudget
{
    /// <summary>Packets on their way through workers and waiting for neighbours, and ports that a later configuration adds.</summary>
    private const int Spare = 16384;

    private const int Unknown = 65536;

    private const int TapQueue = 1024;
    private const uint MostQueues = 256, MostSlots = 32768;

    private const int DefaultRing = 2048;               // of the contract

    /// <summary>For a configuration that is known; with none, for what clients may bring.</summary>
    public static int For(Config? wanted) => wanted is null ? Unknown : For(wanted.Interfaces);

    private static int For(IEnumerable<Interface> vifs) => Spare + vifs.Sum(vif => vif.Port?.KindCase switch
    {
        // A fill ring and a transmit ring each hold as many frames as they have slots.
        Port.KindOneofCase.AfXdp => 2 * RingOf(vif.Port.AfXdp) * QueuesOf(vif.Port.AfXdp),
        Port.KindOneofCase.Tap => TapQueue * (int)Math.Clamp(vif.Port.Tap.Queues, 1, MostQueues),
        _ => 0,
    });

    /// <summary>What cannot be is refused by whoever opens it; here it must only not overflow.</summary>
    private static int RingOf(Port.Types.AfXdp port) => port.RingSize == 0 ? DefaultRing : (int)Math.Min(port.RingSize, MostSlots);

    private static int QueuesOf(Port.Types.AfXdp port)
    {
        if (port.Queues > 0)
        {
            return (int)Math.Min(port.Queues, MostQueues);
        }

        try
        {
            using Ethtool ethtool = new();
            return ethtool.Queues(port.Device);
        }
        catch (Exception e) when (e is SystemCallException or ArgumentException)
        {
            return 1;
        }
    }
}
