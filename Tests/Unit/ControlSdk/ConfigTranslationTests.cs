using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf.WellKnownTypes;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Unit.ControlSdk;

[TestFixture]
internal sealed class ConfigTranslationTests
{
    private const string Pod = "\"kind\": \"TENANT\", \"mac\": \"02:00:00:00:00:01\"";

    [Test]
    public void ReadsWhatItWroteThroughJson() => Prop.ForAll(Models.Any, written =>
    {
        string text = JsonContract.Format(ConfigTranslation.Write(written));
        (Transaction read, List<V1.Problem> problems) = Read(JsonContract.Parse<V1.Config>(Encoding.UTF8.GetBytes(text)));

        Assert.That(problems, Is.Empty);
        Assert.That(read.Settings, Is.EqualTo(written.Settings));
        Assert.That(read.Vrfs, Is.EqualTo(written.Vrfs));
        Assert.That(read.Vifs, Is.EqualTo(written.Vifs));
        Assert.That(read.NextHops, Is.EqualTo(written.NextHops));
        Assert.That(read.Routes, Is.EqualTo(written.Routes));
        Assert.That(read.Labels, Is.EqualTo(written.Labels));
        Assert.That(read.Vnis, Is.EqualTo(written.Vnis));
        Assert.That(read.SecurityGroups, Is.EqualTo(written.SecurityGroups));
        Assert.That(read.FloatingIps, Is.EqualTo(written.FloatingIps));
        Assert.That(read.SourceNats, Is.EqualTo(written.SourceNats));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(20));

    [Test]
    public void FillsInTheDefaults()
    {
        (Transaction read, _) = Read(Parse($$"""{ "settings": {}, "interfaces": [ { "id": 1, {{Pod}}, "port": { "afXdp": { "device": "eth0" } } } ] }"""));

        Assert.That(read.Settings, Is.EqualTo(new Settings()));
        Assert.That(read.Vifs[0].Mtu, Is.EqualTo(1500));
        Assert.That(read.Vifs[0].Port, Is.EqualTo(new AfXdpSpec("eth0") { RingSize = 2048 }));
    }

    [TestCase("\"settings\": { \"virtualMac\": \"1:2\" }", "settings: virtual_mac: '1:2' is not the MAC address of a station")]
    [TestCase("\"settings\": { \"mplsOverUdpPort\": 65536 }", "settings: mpls_over_udp_port: 65536 is above 65535")]
    [TestCase("\"settings\": { \"trustedTunnelSources\": [ \"10.0.0.0/8\", \"10.0.0.0/33\" ] }", "settings: trusted_tunnel_sources[1]: '10.0.0.0/33' is not an address prefix")]
    [TestCase("\"interfaces\": [ { \"id\": 7, \"mac\": \"02:00:00:00:00:01\" } ]", "interface 7: kind: is none of FABRIC, TENANT, HOST")]
    [TestCase("\"interfaces\": [ { \"id\": 7, \"kind\": \"TENANT\" } ]", "interface 7: mac: is missing")]
    [TestCase("\"interfaces\": [ { \"id\": 7, \"kind\": \"TENANT\", \"mac\": \"00:00:00:00:00:00\" } ]", "interface 7: mac: '00:00:00:00:00:00' is not the MAC address of a station")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"addresses\": [ \"10.0.0.5\", \"10.0.0.256\" ] } ]", "interface 7: addresses[1]: '10.0.0.256' is not an address prefix")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"addresses\": [ \"010.0.0.5\" ] } ]", "interface 7: addresses[0]: '010.0.0.5' is not an address prefix")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"addresses\": [ \"\" ] } ]", "interface 7: addresses[0]: is missing")]
    [TestCase("\"interfaces\": [ { \"id\": 7, \"kind\": \"FABRIC\", \"mac\": \"02:00:00:00:00:01\", \"addresses\": [ \"10.0.0.5\" ] } ]", "interface 7: addresses[0]: '10.0.0.5' has no prefix length, which a FABRIC's address needs")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"allowedAddressPairs\": [ { \"prefix\": \"x\" } ] } ]", "interface 7: allowed_address_pairs[0].prefix: 'x' is not an address prefix")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"allowedAddressPairs\": [ { \"prefix\": \"::/0\", \"mac\": \"00:00:00:00:00:00\" } ] } ]", "interface 7: allowed_address_pairs[0].mac: '00:00:00:00:00:00' is not the MAC address of a station")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"gateways\": [ \"fe80::1%eth0\" ] } ]", "interface 7: gateways[0]: 'fe80::1%eth0' is not an IP address")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"vlan\": 70000 } ]", "interface 7: vlan: 70000 is above 65535")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"port\": {} } ]", "interface 7: port: is of no kind: af_xdp or tap")]
    [TestCase("\"nextHops\": [ { \"id\": 3 } ]", "next hop 3: kind: is of no kind: discard, host, interface, tunnel, ecmp, vrf, reject")]
    [TestCase("\"nextHops\": [ { \"id\": 3, \"tunnel\": { \"destination\": \"10.0.0.1\" } } ]", "next hop 3: tunnel.encapsulation: is none of VXLAN, MPLS_OVER_UDP, MPLS_OVER_GRE")]
    [TestCase("\"nextHops\": [ { \"id\": 3, \"tunnel\": { \"encapsulation\": \"VXLAN\" } } ]", "next hop 3: tunnel.destination: is missing")]
    [TestCase("\"nextHops\": [ { \"id\": 3, \"tunnel\": { \"encapsulation\": \"VXLAN\", \"destination\": \"10.1\" } } ]", "next hop 3: tunnel.destination: '10.1' is not an IP address")]
    [TestCase("\"nextHops\": [ { \"id\": 3, \"interface\": { \"interface\": 7, \"address\": \"10.0.0.1/8\" } } ]", "next hop 3: interface.address: '10.0.0.1/8' is not an IP address")]
    [TestCase("\"nextHops\": [ { \"id\": 3, \"interface\": { \"interface\": 7, \"mac\": \"x\" } } ]", "next hop 3: interface.mac: 'x' is not the MAC address of a station")]
    [TestCase("\"routes\": [ { \"vrf\": 1, \"prefix\": \"10.0.0.0/x\", \"nextHop\": 3 } ]", "route 10.0.0.0/x in vrf 1: prefix: '10.0.0.0/x' is not an address prefix")]
    [TestCase("\"routes\": [ { \"vrf\": 1, \"nextHop\": 3 } ]", "route  in vrf 1: prefix: is missing")]
    [TestCase("\"routes\": [ { \"vrf\": 1, \"prefix\": \"10.0.0.0/8\", \"mac\": \"x\" } ]", "route 10.0.0.0/8 in vrf 1: mac: 'x' is not the MAC address of a station")]
    [TestCase("\"securityGroups\": [ { \"id\": 5, \"rules\": [ {}, { \"remotePrefix\": \"10\" } ] } ]", "security group 5: rules[1].remote_prefix: '10' is not an address prefix")]
    [TestCase("\"securityGroups\": [ { \"id\": 5, \"rules\": [ { \"remotePrefix\": \"\" } ] } ]", "security group 5: rules[0].remote_prefix: is missing")]
    [TestCase("\"routes\": [ { \"vrf\": 1, \"prefix\": \"10.0.0.0/8\", \"securityGroups\": [ 1, 0 ] } ]", "route 10.0.0.0/8 in vrf 1: security_groups[1]: 0 is not an id")]
    [TestCase("\"nextHops\": [ { \"id\": 3, \"ecmp\": { \"members\": [ {}, { \"ports\": [ {}, { \"protocol\": 256, \"port\": 80 } ] } ] } } ]", "next hop 3: ecmp.members[1].ports[1].protocol: 256 is above 255")]
    [TestCase("\"nextHops\": [ { \"id\": 3, \"ecmp\": { \"members\": [ { \"ports\": [ { \"protocol\": 6, \"port\": 65536 } ] } ] } } ]", "next hop 3: ecmp.members[0].ports[0].port: 65536 is above 65535")]
    [TestCase("\"floatingIps\": [ { \"vrf\": 1, \"address\": \"10.0.0.1/32\" } ]", "floating ip 10.0.0.1/32 in vrf 1: address: '10.0.0.1/32' is not an IP address")]
    [TestCase("\"floatingIps\": [ { \"vrf\": 1 } ]", "floating ip  in vrf 1: address: is missing")]
    [TestCase("\"floatingIps\": [ { \"vrf\": 1, \"address\": \"10.0.0.1\", \"fixedAddress\": \"x\" } ]", "floating ip 10.0.0.1 in vrf 1: fixed_address: 'x' is not an IP address")]
    [TestCase("\"floatingIps\": [ { \"vrf\": 1, \"address\": \"10.0.0.1\", \"sourcePrefixes\": [ \"10.0.0.0/8\", \"\" ] } ]", "floating ip 10.0.0.1 in vrf 1: source_prefixes[1]: is missing")]
    [TestCase("\"floatingIps\": [ { \"vrf\": 1, \"address\": \"10.0.0.1\", \"portMappings\": [ { \"protocol\": 262 } ] } ]", "floating ip 10.0.0.1 in vrf 1: port_mappings[0].protocol: 262 is above 255")]
    [TestCase("\"floatingIps\": [ { \"vrf\": 1, \"address\": \"10.0.0.1\", \"portMappings\": [ { \"sourcePort\": 65616 } ] } ]", "floating ip 10.0.0.1 in vrf 1: port_mappings[0].source_port: 65616 is above 65535")]
    [TestCase("\"floatingIps\": [ { \"vrf\": 1, \"address\": \"10.0.0.1\", \"portMappings\": [ {}, { \"destinationPort\": 65616 } ] } ]", "floating ip 10.0.0.1 in vrf 1: port_mappings[1].destination_port: 65616 is above 65535")]
    [TestCase("\"floatingIps\": [ { \"vrf\": 1, \"address\": \"10.0.0.1\", \"portMappings\": [ { \"forward\": {} } ] } ]", "floating ip 10.0.0.1 in vrf 1: port_mappings[0].forward.address: is missing")]
    [TestCase("\"sourceNats\": [ { \"id\": 4, \"addresses\": [ \"203.0.113.1\", \"203.0.113.0/24\" ] } ]", "source nat 4: addresses[1]: '203.0.113.0/24' is not an IP address")]
    [TestCase("\"sourceNats\": [ { \"id\": 4, \"sourcePrefixes\": [ \"x\" ] } ]", "source nat 4: source_prefixes[0]: 'x' is not an address prefix")]
    [TestCase("\"sourceNats\": [ { \"id\": 4, \"excludedDestinations\": [ \"x\" ] } ]", "source nat 4: excluded_destinations[0]: 'x' is not an address prefix")]
    public void RefusesWhatItCannotRead(string text, string expected) => Assert.That(ProblemsOf(text), Is.EqualTo(new[] { expected }));

    [TestCase("\"vrfs\": [ { \"id\": 1, \"macLearning\": true } ]", "vrf 1: mac_learning")]
    [TestCase("\"vrfs\": [ { \"id\": 1, \"floodUnknownUnicast\": true } ]", "vrf 1: flood_unknown_unicast")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"mirrorSession\": 1 } ]", "interface 7: mirror_session")]
    [TestCase("\"interfaces\": [ { \"id\": 7, " + Pod + ", \"dhcp\": {} } ]", "interface 7: dhcp")]
    [TestCase("\"nextHops\": [ { \"id\": 3, \"flood\": {} } ]", "next hop 3: flood")]
    [TestCase("\"macRoutes\": [ { \"vrf\": 1, \"mac\": \"02:00:00:00:00:01\" } ]", "mac route 02:00:00:00:00:01 in vrf 1")]
    [TestCase("\"mirrorSessions\": [ { \"id\": 5 } ]", "mirror session 5")]
    public void RefusesWhatThisVersionDoesNotDo(string text, string subject)
    {
        string[] problems = [.. ProblemsOf(text)];

        Assert.That(problems, Has.Length.EqualTo(1));
        Assert.That(problems[0], Does.StartWith($"{subject}: ").And.EndsWith("not supported by this version"));
    }

    [TestCase("{}")]
    [TestCase("{ \"maxFlows\": 0, \"maxFlowsPerInterface\": 0, \"flowTimeouts\": {} }")]
    [TestCase("{ \"maxFlows\": 1048576, \"flowTimeouts\": { \"udp\": \"120s\", \"tcpEstablished\": \"7200s\", \"icmp\": \"0s\" } }")]
    public void TakesWhatIsUnsetOr0ForTheDefault(string settings)
    {
        V1.Settings written = SettingsTranslation.Write(Read(Parse($"{{ \"settings\": {settings} }}")).Read.Settings!);

        Assert.That(SettingsTranslation.Read(written, default), Is.EqualTo(new Settings()));
        Assert.That((written.FlowTimeouts, written.MaxFlows), Is.EqualTo((null as V1.FlowTimeouts, 0)));
    }

    [Test]
    public void ReadsFlowSettings() => Assert.That(
        Read(Parse("{ \"settings\": { \"maxFlows\": 7, \"maxFlowsPerInterface\": 5, \"flowTimeouts\": { \"udp\": \"1.5s\", \"tcpNew\": \"0.0000001s\" } } }")).Read.Settings,
        Is.EqualTo(new Settings { MaxFlows = 7, MaxFlowsPerInterface = 5, FlowTimeouts = new FlowTimeouts { Udp = TimeSpan.FromSeconds(1.5), TcpNew = TimeSpan.FromTicks(1) } }));

    [TestCase(long.MaxValue, 0)]
    [TestCase(long.MinValue, 0)]
    [TestCase(1, 1_000_000_000)]
    [TestCase(0, int.MinValue)]
    [TestCase(1, -1)]
    public void RefusesNumbersThatAreNoDuration(long seconds, int nanos)
    {
        var config = new V1.Config { Settings = new V1.Settings { FlowTimeouts = new V1.FlowTimeouts { Udp = new Duration { Seconds = seconds, Nanos = nanos } } } };

        Assert.That(Read(config).Problems.Select(ContractText.Describe), Is.EqualTo(new[] { $"settings: flow_timeouts.udp: {seconds} s and {nanos} ns are no duration" }));
    }

    [Test]
    public void ReadsARuleAsItIsWritten()
    {
        const string text = """
            { "securityGroups": [ { "id": 8000010, "name": "web", "rules": [
                { "id": "r1", "direction": "INGRESS", "etherType": "IPV6", "action": "DENY", "priority": 7, "protocol": 0, "remotePrefix": "2001:db8::/32" },
                { "direction": "EGRESS", "protocol": 17, "sourcePorts": [ { "first": 1, "last": 2 } ], "destinationPorts": [ { "first": 53, "last": 53 }, {} ], "remoteSecurityGroup": 9 },
                { "icmp": { "type": 8, "code": 0 } }, { "icmp": { "type": 8 } } ] } ] }
            """;

        Assert.That(Read(Parse(text)).Read.SecurityGroups, Is.EqualTo(new[]
        {
            new SecurityGroup(new SecurityGroupId(8000010), "web",
            [
                new SecurityRule { Id = "r1", Direction = RuleDirection.Ingress, EtherType = RuleEtherType.Ipv6, Action = RuleAction.Deny, Priority = 7, Protocol = 0, RemotePrefix = IpPrefix.Parse("2001:db8::/32") },
                new SecurityRule { Direction = RuleDirection.Egress, Protocol = 17, SourcePorts = [new(1, 2)], DestinationPorts = [new(53, 53), new(0, 0)], RemoteGroup = new SecurityGroupId(9) },
                new SecurityRule { Icmp = new IcmpMatch(8, 0) },
                new SecurityRule { Icmp = new IcmpMatch(8) },
            ]),
        }));
    }

    [Test]
    public void ReadsServicesAsTheyAreWritten()
    {
        const string text = """
            { "nextHops": [
                { "id": 3, "reject": {} },
                { "id": 4, "ecmp": { "hash": "SOURCE_ADDRESS", "affinityTimeout": "10800s", "members": [ { "nextHop": 1, "label": 17, "weight": 3, "draining": true, "ports": [ { "protocol": 6, "port": 80 } ] }, { "nextHop": 2 } ] } } ],
              "floatingIps": [ { "vrf": 1, "address": "2001:DB8::0:1", "interfaces": [ 2, 3 ], "fixedAddress": "fd00::1", "direction": "INGRESS", "sourcePrefixes": [ "2001:db8::/32" ], "portMappings": [
                { "protocol": 6, "sourcePort": 80, "destinationPort": 8080, "interfaces": [ 3 ] },
                { "protocol": 17, "sourcePort": 53, "destinationPort": 5353, "forward": { "address": "fd00::9", "translateSource": true } } ] } ],
              "sourceNats": [ { "id": 5, "vrf": 1, "addresses": [ "203.0.113.1" ] }, { "id": 6, "sourcePrefixes": [ "10.0.0.0/8" ], "excludedDestinations": [ "10.96.0.0/12" ], "outsideVrf": 2, "ports": { "first": 61000, "last": 65535 } } ] }
            """;
        (Transaction read, List<V1.Problem> problems) = Read(Parse(text));

        Assert.That(problems, Is.Empty);
        Assert.That(read.NextHops, Is.EqualTo(new NextHop[]
        {
            new RejectNextHop(new NextHopId(3)),
            new EcmpNextHop(new NextHopId(4))
            {
                Hash = EcmpHash.SourceAddress,
                AffinityTimeout = TimeSpan.FromHours(3),
                Members = [new EcmpMember(new NextHopId(1)) { Label = 17, Weight = 3, Draining = true, Ports = [new ProtocolPort(6, 80)] }, new EcmpMember(new NextHopId(2))],
            },
        }));
        Assert.That(read.FloatingIps, Is.EqualTo(new[]
        {
            new FloatingIp(new VrfId(1), IpAddress.Parse("2001:db8::1"))
            {
                Vifs = [new VifId(2), new VifId(3)],
                FixedAddress = IpAddress.Parse("fd00::1"),
                Direction = FloatingIpDirection.Ingress,
                SourcePrefixes = [IpPrefix.Parse("2001:db8::/32")],
                PortMappings = [new PortMapping(6, 80, 8080) { Vifs = [new VifId(3)] }, new PortMapping(17, 53, 5353) { Forward = new PortForward(default, IpAddress.Parse("fd00::9"), true) }],
            },
        }));
        Assert.That(read.SourceNats, Is.EqualTo(new[]
        {
            new SourceNat(new SourceNatId(5)) { Vrf = new VrfId(1), Addresses = [IpAddress.Parse("203.0.113.1")], Ports = new PortRange(1024, 65535) },
            new SourceNat(new SourceNatId(6)) { OutsideVrf = new VrfId(2), SourcePrefixes = [IpPrefix.Parse("10.0.0.0/8")], ExcludedDestinations = [IpPrefix.Parse("10.96.0.0/12")], Ports = new PortRange(61000, 65535) },
        }));
    }

    [TestCase(3)]
    [TestCase(256)]
    public void RefusesNumbersOfEnumsThatItDoesNotKnow(int number)
    {
        var config = new V1.Config
        {
            NextHops = { new V1.NextHop { Id = 3, Ecmp = new() { Hash = (V1.NextHop.Types.Ecmp.Types.Hash)number } } },
            FloatingIps = { new V1.FloatingIp { Vrf = 1, Address = "10.0.0.1", Direction = (V1.FloatingIp.Types.Direction)number } },
        };

        Assert.That(Read(config).Problems.Select(ContractText.Describe), Is.EqualTo(new[]
        {
            "next hop 3: ecmp.hash: is neither FIVE_TUPLE nor SOURCE_ADDRESS",
            "floating ip 10.0.0.1 in vrf 1: direction: is none of BOTH, INGRESS, EGRESS",
        }));
    }

    [Test]
    public void NamesEveryProblemAtOnce() => Assert.That(
        ProblemsOf("\"interfaces\": [ { \"id\": 7, \"addresses\": [ \"a\", \"b\" ] } ], \"nextHops\": [ { \"id\": 3 } ], \"routes\": [ { \"prefix\": \"c\" } ]").Count(), Is.EqualTo(6));

    [Test]
    public void KeepsStandInsUnderTheirKeysForTheRestToFind()
    {
        (Transaction read, _) = Read(Parse("""{ "interfaces": [ { "id": 7, "mac": "x" } ], "nextHops": [ { "id": 3, "flood": {} } ] }"""));

        Assert.That(read.Vifs.Single().Id, Is.EqualTo(new VifId(7)));
        Assert.That(read.NextHops.Single().Id, Is.EqualTo(new NextHopId(3)));
    }

    private static IEnumerable<string> ProblemsOf(string fields) => Read(Parse($"{{ {fields} }}")).Problems.Select(ContractText.Describe);

    private static V1.Config Parse(string text) => JsonContract.Parse<V1.Config>(Encoding.UTF8.GetBytes(text));

    private static (Transaction Read, List<V1.Problem> Problems) Read(V1.Config config)
    {
        List<V1.Problem> problems = [];
        var transaction = new Transaction();
        ConfigTranslation.Read(config, transaction, problems);
        return (transaction, problems);
    }
}
