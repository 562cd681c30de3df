using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Opens the ports that the configuration describes.</summary>
internal static class PortFactory
{
    public static IPort Open(Vif vif, Settings settings, FramePool frames) => vif.Port switch
    {
        TapSpec tap => new TapPort(new TapOptions(tap.Device)
        {
            Queues = Math.Max(1, tap.Queues),
            OffloadsDisabled = tap.OffloadsDisabled,
            NetworkNamespace = tap.NetworkNamespace.Length == 0 ? null : tap.NetworkNamespace,
            Mac = vif.Mac,
            Mtu = vif.Mtu,
        }),
        _ => throw new NotSupportedException($"a port of kind {vif.Port?.GetType().Name}"),
    };

    /// <summary>Tells a port what has changed in the configuration that it has to know.</summary>
    public static void Follow(IPort port, Configuration configuration)
    {
    }
}
