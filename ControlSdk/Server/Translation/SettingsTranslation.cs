using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Settings, both ways. What is at its default and may be left out is left out.</summary>
internal static class SettingsTranslation
{
    private static readonly Settings s_default = new();

    public static Settings Read(V1.Settings settings, ObjectScope scope)
    {
        int port = scope.Number("mpls_over_udp_port", settings.MplsOverUdpPort, ushort.MaxValue);

        return new Settings
        {
            VirtualMac = settings.VirtualMac.Length == 0 ? s_default.VirtualMac : scope.Mac("virtual_mac", settings.VirtualMac),
            MplsOverUdpPort = port == 0 ? s_default.MplsOverUdpPort : (ushort)port,
            TrustedTunnelSources = [.. settings.TrustedTunnelSources.Select((text, i) => scope.Prefix($"trusted_tunnel_sources[{i}]", text))],
            FlowTimeouts = FlowTimeoutsTranslation.Read(settings.FlowTimeouts ?? new(), scope),
            MaxFlows = settings.MaxFlows == 0 ? s_default.MaxFlows : settings.MaxFlows,
            MaxFlowsPerInterface = settings.MaxFlowsPerInterface,
        };
    }

    public static V1.Settings Write(Settings settings) => new()
    {
        VirtualMac = settings.VirtualMac.ToString(),
        MplsOverUdpPort = settings.MplsOverUdpPort,
        TrustedTunnelSources = { settings.TrustedTunnelSources.Select(prefix => prefix.ToString()) },
        FlowTimeouts = FlowTimeoutsTranslation.Write(settings.FlowTimeouts),
        MaxFlows = settings.MaxFlows == s_default.MaxFlows ? 0 : settings.MaxFlows,
        MaxFlowsPerInterface = settings.MaxFlowsPerInterface,
    };
}
