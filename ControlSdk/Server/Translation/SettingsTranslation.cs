using Google.Protobuf.WellKnownTypes;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Settings, both ways.</summary>
internal static class SettingsTranslation
{
    private const uint DefaultMaxFlows = 1_048_576;

    private static readonly Settings s_default = new();

    public static Settings Read(V1.Settings settings, ObjectScope scope)
    {
        ReadFlows(settings, scope);
        int port = scope.Number("mpls_over_udp_port", settings.MplsOverUdpPort, ushort.MaxValue);

        return new Settings
        {
            VirtualMac = settings.VirtualMac.Length == 0 ? s_default.VirtualMac : scope.Mac("virtual_mac", settings.VirtualMac),
            MplsOverUdpPort = port == 0 ? s_default.MplsOverUdpPort : (ushort)port,
            TrustedTunnelSources = [.. settings.TrustedTunnelSources.Select((text, i) => scope.Prefix($"trusted_tunnel_sources[{i}]", text))],
        };
    }

    public static V1.Settings Write(Settings settings) => new()
    {
        VirtualMac = settings.VirtualMac.ToString(),
        MplsOverUdpPort = settings.MplsOverUdpPort,
        TrustedTunnelSources = { settings.TrustedTunnelSources.Select(prefix => prefix.ToString()) },
    };

    /// <summary>There are no flows yet: their settings may be given at their defaults, which change nothing.</summary>
    private static void ReadFlows(V1.Settings settings, ObjectScope scope)
    {
        V1.FlowTimeouts timeouts = settings.FlowTimeouts ?? new();

        scope.RefuseIf(settings.MaxFlows is not (0 or DefaultMaxFlows), "max_flows", "another number of flows than the default is");
        scope.RefuseIf(settings.MaxFlowsPerInterface != 0, "max_flows_per_interface", "a limit is");
        ReadTimeout(timeouts.TcpNew, 20, "tcp_new");
        ReadTimeout(timeouts.TcpEstablished, 7200, "tcp_established");
        ReadTimeout(timeouts.TcpClosing, 2, "tcp_closing");
        ReadTimeout(timeouts.Udp, 120, "udp");
        ReadTimeout(timeouts.Icmp, 30, "icmp");
        ReadTimeout(timeouts.Other, 120, "other");

        void ReadTimeout(Duration? timeout, int defaultSeconds, string field) => scope.RefuseIf(
            timeout is not null && !timeout.Equals(new Duration { Seconds = defaultSeconds }), $"flow_timeouts.{field}", "another time than the default is");
    }
}
