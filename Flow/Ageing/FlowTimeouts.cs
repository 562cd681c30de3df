namespace VRouter.Flow;

/// <summary>How long flows live without a packet, by class.</summary>
public sealed record FlowTimeouts
{
    /// <summary>TCP before its handshake is complete.</summary>
    public TimeSpan TcpNew { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>TCP, half-closed included.</summary>
    public TimeSpan TcpEstablished { get; init; } = TimeSpan.FromSeconds(7200);

    /// <summary>TCP from its end, whatever comes.</summary>
    public TimeSpan TcpClosing { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>UDP.</summary>
    public TimeSpan Udp { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>ICMP and ICMPv6 echo.</summary>
    public TimeSpan Icmp { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>All other protocols.</summary>
    public TimeSpan Other { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A denied flow, from its first packet.</summary>
    public static TimeSpan Denied { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The time of a class in milliseconds, between 1 and some 24 days; flows that do not age have none.</summary>
    public int Milliseconds(FlowClass kind) => (int)Math.Clamp(Of(kind).TotalMilliseconds, 1, int.MaxValue);

    private TimeSpan Of(FlowClass kind) => kind switch
    {
        FlowClass.Denied => Denied,
        FlowClass.Closed => TcpClosing,
        FlowClass.TcpNew => TcpNew,
        FlowClass.TcpEstablished => TcpEstablished,
        FlowClass.UdpNew or FlowClass.Udp => Udp,
        FlowClass.IcmpNew or FlowClass.Icmp => Icmp,
        FlowClass.OtherNew or FlowClass.Other => Other,
        _ => TimeSpan.MaxValue,
    };
}
