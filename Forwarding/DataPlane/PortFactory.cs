using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Opens the ports that the configuration describes.</summary>
internal static class PortFactory
{
    public static IPort Open(Vif vif, FramePool frames) => vif.Port switch
    {
        AfXdpSpec afXdp => OpenAfXdp(vif, afXdp, frames),
        TapSpec tap => OpenTap(vif, tap),
        _ => throw new NotSupportedException($"a port of kind {vif.Port?.GetType().Name}"),
    };

    /// <summary>Tells a port what the configuration says that it has to know: which tunnels end here, and what is translated on the underlay.</summary>
    public static void Follow(IPort port, Configuration configuration, ForwardingState state)
    {
        if (port is AfXdpPort afXdp)
        {
            afXdp.TakeTunnels(state.Endpoints, state.Settings.MplsOverUdpPort);
            afXdp.TakeOwned(OwnedTraffic.Of(configuration, state.Endpoints));
        }
    }

    private static AfXdpPort OpenAfXdp(Vif vif, AfXdpSpec spec, FramePool frames) => new(
        new XdpOptions(spec.Device)
        {
            Mode = ModeOf(spec.Mode),
            Queues = spec.Queues,
            RingSize = spec.RingSize,
            BusyPoll = spec.BusyPoll,
            TunnelsOnly = spec.TunnelsOnly,
            Vlan = vif.Vlan,
        },
        frames.Region);

    private static XdpMode ModeOf(AfXdpMode mode) => mode switch
    {
        AfXdpMode.ZeroCopy => XdpMode.ZeroCopy,
        AfXdpMode.Copy => XdpMode.Copy,
        AfXdpMode.Generic => XdpMode.Generic,
        _ => XdpMode.Auto,
    };

    private static TapPort OpenTap(Vif vif, TapSpec spec) => new(new TapOptions(spec.Device)
    {
        Queues = Math.Max(1, spec.Queues),
        OffloadsDisabled = spec.OffloadsDisabled,
        NetworkNamespace = spec.NetworkNamespace.Length == 0 ? null : spec.NetworkNamespace,
        Mac = vif.Mac,
        Mtu = vif.Mtu,
    });
}
