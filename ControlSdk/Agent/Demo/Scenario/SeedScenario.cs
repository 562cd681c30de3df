using VRouter.ControlSdk.V1;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// The example of the Kubernetes and Tungsten Fabric guide: pods of namespaces that are not isolated share "cluster-network",
/// those of the isolated namespace "dev" have "dev-vn" to themselves; all addresses come from one pod subnet, 10.32.0.0/12. The two web pods
/// of dev-share are a service, 10.167.87.84:80.
/// </summary>
internal static class SeedScenario
{
    private static readonly IpAddress s_gateway = IpAddress.Parse("10.47.255.254");
    private static readonly IpAddress s_ipv6Gateway = IpAddress.Parse("fd00:10:47::254");

    private static readonly Network s_cluster = new("default-domain:kubernetes:cluster-network:cluster-network", 1, 4098, s_gateway, s_ipv6Gateway);
    private static readonly Network s_dev = new("default-domain:kubernetes:dev-vn:dev-vn", 2, 4099, s_gateway, s_ipv6Gateway);

    private static readonly Namespace s_devShare = new("dev-share", 8_000_010, IsIsolated: false);
    private static readonly Namespace s_devUnisolated = new("dev-unisolated", 8_000_011, IsIsolated: false);
    private static readonly Namespace s_devIsolated = new("dev", 8_000_012, IsIsolated: true);

    private static readonly Pod s_web1 = MakePod(s_devShare, "dev-web-k528t", s_cluster, "02:5a:1f:c0:3e:f7", 251);
    private static readonly Pod s_web2 = MakePod(s_devShare, "dev-web-669n0", s_cluster, "02:59:f3:d2:a8:f7", 252);
    private static readonly Pod s_nginx = MakePod(s_devUnisolated, "nginx-1", s_cluster, "02:31:0c:9e:44:f7", 249);
    private static readonly Pod s_client = MakePod(s_devIsolated, "dev-client", s_dev, "02:c6:4b:3b:12:f7", 250);
    private static readonly Pod s_database = MakePod(s_devIsolated, "dev-db", s_dev, "02:8e:70:15:d3:f7", 248);

    private static readonly Service s_service = new("svc-dev-web", s_cluster, IpAddress.Parse("10.167.87.84"), 80, [s_web1, s_web2]);

    /// <summary>The scenario; <paramref name="bytes"/> is what each big transfer moves.</summary>
    public static Scenario Create(long bytes) => new(
        [
            new Node("node-1", IpPrefix.Parse("172.30.0.1/24"), MacAddress.Parse("02:00:ac:1e:00:01"), [s_web1, s_client]),
            new Node("node-2", IpPrefix.Parse("172.30.0.2/24"), MacAddress.Parse("02:00:ac:1e:00:02"), [s_web2, s_nginx, s_database]),
        ],
        [
            new Phase("VXLAN", Encapsulation.Vxlan, Checks(bytes)),
            new Phase("MPLS over UDP", Encapsulation.MplsOverUdp, Checks(bytes)),
            new Phase("Service", Encapsulation.MplsOverUdp, ServiceChecks(bytes)) { Service = s_service },
        ]);

    private static Check[] Checks(long bytes) =>
    [
        new PingCheck(s_web1, s_web2.Ipv4, s_web2.Name),
        new PingCheck(s_web1, s_web2.Ipv6, s_web2.Name),
        new PingCheck(s_nginx, s_web1.Ipv4, s_web1.Name),
        new PingCheck(s_nginx, s_web2.Ipv4, s_web2.Name) { Remark = "on one node" },
        new PingCheck(s_client, s_database.Ipv4, s_database.Name),
        new PingCheck(s_client, s_client.Network.Gateway, "its gateway"),
        new FetchCheck(s_web1, s_web2.Ipv4, s_web2.Name, bytes),
        new FetchCheck(s_nginx, s_web1.Ipv6, s_web1.Name, bytes),
        new FetchCheck(s_client, s_database.Ipv4, s_database.Name, bytes),
        new PingCheck(s_client, s_web1.Ipv4, s_web1.Name) { Refusal = Refusal.Isolated, Remark = "on one node" },
        new PingCheck(s_client, s_web2.Ipv4, s_web2.Name) { Refusal = Refusal.Isolated },
        new PingCheck(s_nginx, s_client.Ipv4, s_client.Name) { Refusal = Refusal.Isolated },
        new FetchCheck(s_client, s_web2.Ipv4, s_web2.Name, bytes) { Refusal = Refusal.Isolated },
    ];

    /// <summary>The networks are joined now: only security groups keep them apart.</summary>
    private static Check[] ServiceChecks(long bytes) =>
    [
        new PingCheck(s_client, s_database.Ipv4, s_database.Name),
        new PingCheck(s_nginx, s_service.Address, s_service.Name) { Refusal = Refusal.Unmapped },
        new PingCheck(s_client, s_web1.Ipv4, s_web1.Name) { Refusal = Refusal.Denied, Remark = "on one node" },
        new PingCheck(s_nginx, s_client.Ipv4, s_client.Name) { Refusal = Refusal.Denied },
        new FetchCheck(s_client, s_service.Address, s_service.Name, bytes) { Refusal = Refusal.Denied },
        new FetchCheck(s_nginx, s_service.Address, s_service.Name, bytes),
        new ServiceCheck(s_nginx, s_service),
        new ServiceCheck(s_web1, s_service) { Remark = "itself among them" },
    ];

    /// <summary>The last byte of its address gives a pod its vif and its label as well.</summary>
    private static Pod MakePod(Namespace @namespace, string name, Network network, string mac, byte number) => new(
        @namespace, name, network, MacAddress.Parse(mac),
        IpAddress.Parse($"10.47.255.{number}"), IpAddress.Parse($"fd00:10:47::{number}"), number, 1000u + number);
}
