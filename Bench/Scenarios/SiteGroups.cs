using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Bench.Scenarios;

/// <summary>The security groups of the tenants: what a service and its clients have, and as many rules more as are asked for.</summary>
internal static class SiteGroups
{
    public static readonly SecurityGroupId Client = new(1);
    public static readonly SecurityGroupId Server = new(2);

    private const byte Icmp = IpProtocol.Icmp;
    private const int LastPriority = 1000;

    private static readonly IpPrefix s_tenants = new(IpAddress.FromIpv4(0x0A00_0000), 8);                           // 10.0.0.0/8
    private static readonly IpPrefix s_ipv6Tenants = new(IpAddress.FromIpv6(0xFD00_0000_0000_0000, 0), 8);          // fd00::/8

    /// <summary>The server's group.</summary>
    public static SecurityGroup ServerGroup { get; } = new(Server, "server", [.. Usual]);

    /// <summary>The client's group: the usual rules, and so many more in front of them.</summary>
    public static SecurityGroup ClientWith(int rules) => new(Client, "client", [.. Enumerable.Range(0, rules).Select(Further), .. Usual]);

    // The service both ways, name resolution, the web, administration, ping; the rest is denied.
    private static SecurityRule[] Usual =>
    [
        Rule("dns", RuleDirection.Egress, IpProtocol.Udp, 53),
        Rule("web", RuleDirection.Egress, IpProtocol.Tcp, 443),
        Rule("service-out", RuleDirection.Egress, IpProtocol.Udp, Site.ServicePort) with { RemotePrefix = s_tenants },
        Rule("service-out-6", RuleDirection.Egress, IpProtocol.Udp, Site.ServicePort) with { RemotePrefix = s_ipv6Tenants },
        Rule("ssh", RuleDirection.Ingress, IpProtocol.Tcp, 22) with { RemoteGroup = Client },
        Rule("service-in", RuleDirection.Ingress, IpProtocol.Udp, Site.ServicePort) with { RemotePrefix = s_tenants },
        Rule("service-in-6", RuleDirection.Ingress, IpProtocol.Udp, Site.ServicePort) with { RemotePrefix = s_ipv6Tenants },
        new() { Id = "ping", Direction = RuleDirection.Ingress, Protocol = Icmp, Priority = LastPriority },
    ];

    // Of each four: a host of the service; others' ports at another; a group of peers; a network that is shut out.
    private static SecurityRule Further(int number) => (number % 4) switch
    {
        0 => Rule($"host-{number}", RuleDirection.Egress, IpProtocol.Udp, Site.ServicePort) with { Priority = 1, RemotePrefix = IpPrefix.Host(Site.Destination(number / 4)) },
        1 => Rule($"port-{number}", RuleDirection.Egress, IpProtocol.Tcp, 1024 + number) with { Priority = 2, RemotePrefix = IpPrefix.Host(Site.Destination(number)) },
        2 => Rule($"group-{number}", RuleDirection.Egress, IpProtocol.Tcp, 8080) with { Priority = 3, RemoteGroup = new SecurityGroupId(1000 + (uint)number) },
        _ => new() { Id = $"shut-{number}", Direction = RuleDirection.Egress, Action = RuleAction.Deny, Priority = 4, RemotePrefix = new IpPrefix(IpAddress.FromIpv4(0xC000_0000u + (uint)number * 256), 24) },
    };

    private static SecurityRule Rule(string id, RuleDirection direction, byte protocol, int port) =>
        new() { Id = id, Direction = direction, Protocol = protocol, DestinationPorts = [new PortRange((uint)port, (uint)port)], Priority = LastPriority };
}
