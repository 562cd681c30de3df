using Google.Protobuf.WellKnownTypes;
using VRouter.Flow;

namespace VRouter.ControlSdk.Server;

/// <summary>Flow timeouts, both ways. One that is unset, or 0, is at its default; those that are at their defaults are left out.</summary>
internal static class FlowTimeoutsTranslation
{
    private static readonly FlowTimeouts s_default = new();

    public static FlowTimeouts Read(V1.FlowTimeouts timeouts, ObjectScope scope) => new()
    {
        TcpNew = Read("tcp_new", timeouts.TcpNew, s_default.TcpNew, scope),
        TcpEstablished = Read("tcp_established", timeouts.TcpEstablished, s_default.TcpEstablished, scope),
        TcpClosing = Read("tcp_closing", timeouts.TcpClosing, s_default.TcpClosing, scope),
        Udp = Read("udp", timeouts.Udp, s_default.Udp, scope),
        Icmp = Read("icmp", timeouts.Icmp, s_default.Icmp, scope),
        Other = Read("other", timeouts.Other, s_default.Other, scope),
    };

    public static V1.FlowTimeouts? Write(FlowTimeouts timeouts) => timeouts == s_default ? null : new V1.FlowTimeouts
    {
        TcpNew = Write(timeouts.TcpNew, s_default.TcpNew),
        TcpEstablished = Write(timeouts.TcpEstablished, s_default.TcpEstablished),
        TcpClosing = Write(timeouts.TcpClosing, s_default.TcpClosing),
        Udp = Write(timeouts.Udp, s_default.Udp),
        Icmp = Write(timeouts.Icmp, s_default.Icmp),
        Other = Write(timeouts.Other, s_default.Other),
    };

    private static TimeSpan Read(string field, Duration? timeout, TimeSpan otherwise, ObjectScope scope) =>
        timeout is null or { Seconds: 0, Nanos: 0 } ? otherwise : scope.Time($"flow_timeouts.{field}", timeout);

    private static Duration? Write(TimeSpan timeout, TimeSpan otherwise) => timeout == otherwise ? null : Duration.FromTimeSpan(timeout);
}
