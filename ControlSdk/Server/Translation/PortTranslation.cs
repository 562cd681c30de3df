using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Ports that the vRouter opens by itself, both ways. The two enums of modes have equal numbers.</summary>
internal static class PortTranslation
{
    private const int DefaultRingSize = 2048;

    public static PortSpec? Read(V1.Port port, ObjectScope scope)
    {
        switch (port.KindCase)
        {
            case V1.Port.KindOneofCase.AfXdp:
                return ReadAfXdp(port.AfXdp, scope);
            case V1.Port.KindOneofCase.Tap:
                return ReadTap(port.Tap, scope);
            default:
                scope.Add("port", "is of no kind: af_xdp or tap");
                return null;
        }
    }

    public static V1.Port Write(PortSpec port) => port switch
    {
        AfXdpSpec afXdp => new V1.Port { AfXdp = WriteAfXdp(afXdp) },
        TapSpec tap => new V1.Port { Tap = WriteTap(tap) },
        _ => throw new ArgumentException($"the contract has no {port.GetType().Name}", nameof(port)),
    };

    private static AfXdpSpec ReadAfXdp(V1.Port.Types.AfXdp port, ObjectScope scope)
    {
        int ringSize = scope.Number("port.af_xdp.ring_size", port.RingSize, 1 << 30);

        if (!Enum.IsDefined(port.Mode))
        {
            scope.Add("port.af_xdp.mode", $"{port.Mode} is no mode");
        }

        return new AfXdpSpec(port.Device)
        {
            Mode = (AfXdpMode)port.Mode,
            Queues = scope.Number("port.af_xdp.queues", port.Queues, ushort.MaxValue),
            RingSize = ringSize == 0 ? DefaultRingSize : ringSize,
            BusyPoll = port.BusyPoll,
            TunnelsOnly = port.TunnelsOnly,
        };
    }

    private static V1.Port.Types.AfXdp WriteAfXdp(AfXdpSpec port) => new()
    {
        Device = port.Device,
        Mode = (V1.Port.Types.AfXdp.Types.Mode)port.Mode,
        Queues = (uint)port.Queues,
        RingSize = (uint)port.RingSize,
        BusyPoll = port.BusyPoll,
        TunnelsOnly = port.TunnelsOnly,
    };

    private static TapSpec ReadTap(V1.Port.Types.Tap port, ObjectScope scope) => new(port.Device)
    {
        Queues = scope.Number("port.tap.queues", port.Queues, ushort.MaxValue),
        OffloadsDisabled = port.OffloadsDisabled,
        NetworkNamespace = port.NetworkNamespace,
    };

    private static V1.Port.Types.Tap WriteTap(TapSpec port) => new()
    {
        Device = port.Device,
        Queues = (uint)port.Queues,
        OffloadsDisabled = port.OffloadsDisabled,
        NetworkNamespace = port.NetworkNamespace,
    };
}
