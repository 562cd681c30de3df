namespace VRouter.ControlSdk.Cli;

/// <summary>Ports in a few words: those of interfaces, and those of transport protocols.</summary>
internal static class PortText
{
    /// <summary>"af_xdp eth0", "tap tap0"; nothing for none.</summary>
    public static string Of(V1.Port? port) => port?.KindCase switch
    {
        V1.Port.KindOneofCase.AfXdp => $"af_xdp {port.AfXdp.Device}",
        V1.Port.KindOneofCase.Tap => $"tap {port.Tap.Device}",
        _ => "",
    };

    /// <summary>"tcp 80>8080".</summary>
    public static string Of(V1.FloatingIp.Types.PortMapping mapping) =>
        $"{ProtocolText.Of(mapping.Protocol)} {mapping.SourcePort}>{(mapping.Forward is null ? "" : $"{mapping.Forward.Address}:")}{mapping.DestinationPort}";
}
