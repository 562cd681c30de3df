using System.Text;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Unit.ControlSdk;

[TestFixture]
internal sealed class DataPlaneExtensionsTests
{
    private const string Node = """
        {
          "settings": { "virtualMac": "02:00:00:00:00:ff", "mplsOverUdpPort": 51234, "trustedTunnelSources": [ "192.0.2.0/24" ],
            "maxFlows": 1000, "maxFlowsPerInterface": 100, "flowTimeouts": { "udp": "30s" } },
          "vrfs": [ { "id": 1, "name": "blue", "forwardingMode": "L3" } ],
          "interfaces": [
            { "id": 1, "kind": "FABRIC", "mac": "02:00:00:00:00:01", "addresses": [ "192.0.2.1/24" ], "mtu": 9000 },
            { "id": 2, "kind": "TENANT", "mac": "02:00:00:00:00:02", "vrf": 1, "addresses": [ "10.0.0.2", "2001:db8::2" ], "label": 20, "mtu": 1400,
              "allowedAddressPairs": [ { "prefix": "10.0.0.0/30" } ], "gateways": [ "10.0.0.1" ],
              "securityGroups": [ 8000011, 8000010 ], "maxFlows": 50 }
          ],
          "nextHops": [ { "id": 5, "tunnel": { "encapsulation": "VXLAN", "destination": "192.0.2.2", "label": 5001 } } ],
          "routes": [ { "vrf": 1, "prefix": "10.1.0.0/16", "nextHop": 5, "securityGroups": [ 8000010 ] } ],
          "labels": [ { "label": 21, "nextHop": 5 } ],
          "vnis": [ { "vni": 5001, "vrf": 1 } ],
          "securityGroups": [
            { "id": 8000010, "name": "web", "rules": [
              { "id": "http", "direction": "INGRESS", "protocol": 6, "destinationPorts": [ { "first": 80, "last": 80 } ], "remoteSecurityGroup": 8000099 },
              { "direction": "EGRESS", "etherType": "IPV4", "action": "DENY", "priority": 3, "remotePrefix": "10.0.0.0/8" } ] },
            { "id": 8000011, "rules": [ { "direction": "INGRESS", "protocol": 1, "icmp": { "type": 8, "code": 0 } } ] }
          ]
        }
        """;

    private DataPlane _dataPlane = null!;

    [SetUp]
    public void Start() => _dataPlane = new DataPlane(new DataPlaneOptions { OpenPorts = false, Frames = 64 });

    [TearDown]
    public void End() => _dataPlane.Dispose();

    [Test]
    public void ExportsWhatItWasTold()
    {
        V1.Config config = Parse(Node);

        ProgramResult result = Apply(Node);

        Assert.That(result.Messages, Is.Empty);
        Assert.That(result.Applied.Generation, Is.EqualTo(_dataPlane.Generation));
        Assert.That(_dataPlane.ExportConfig(), Is.EqualTo(config));
    }

    [Test]
    public void NamesProblemsOfTheTextAndOfTheMeaningTogether()
    {
        ProgramResult result = Apply("""
            {
              "interfaces": [ { "id": 2, "kind": "TENANT", "mac": "x", "vrf": 9, "vlan": 5000 } ],
              "nextHops": [ { "id": 5, "tunnel": { "encapsulation": "VXLAN", "destination": "y", "source": "2001:db8::1", "label": 16777216 } } ],
              "routes": [ { "prefix": "10.0.0.1/8", "nextHop": 6 } ]
            }
            """);

        Assert.That(result.Problems.Select(problem => (ContractText.Describe(problem.Object), problem.Field)), Is.EquivalentTo(new[]
        {
            ("interface 2", "mac"), ("interface 2", "vrf"), ("interface 2", "vlan"),
            ("next hop 5", "tunnel.destination"), ("next hop 5", "tunnel.label"),
            ("route 10.0.0.1/8 in vrf 0", "prefix"), ("route 10.0.0.1/8 in vrf 0", "next_hop"),
        }));
    }

    [Test]
    public void SaysNothingOfObjectsThatOnlyNameABrokenOne() => Assert.That(
        Apply("""{ "nextHops": [ { "id": 5, "flood": {} } ], "routes": [ { "prefix": "10.0.0.0/8", "nextHop": 5 } ] }""").Messages,
        Is.EqualTo(new[] { "next hop 5: flood: replication is not supported by this version" }));

    [Test]
    public void SaysNothingMoreOfAnObjectOfUnknownKind() => Assert.That(
        Apply("""{ "interfaces": [ { "id": 2, "mac": "02:00:00:00:00:02", "vrf": 9 } ] }""").Messages,
        Is.EqualTo(new[] { "interface 2: kind: is none of FABRIC, TENANT, HOST" }));

    [Test]
    public void AppliesNothingOfWhatItRefuses()
    {
        ulong generation = _dataPlane.Generation;

        ProgramResult result = Apply("""{ "vrfs": [ { "id": 1 } ], "sourceNats": [ { "id": 4 } ] }""");

        Assert.That(result.IsApplied, Is.False);
        Assert.That(_dataPlane.Generation, Is.EqualTo(generation));
        Assert.That(_dataPlane.ExportConfig().Vrfs, Is.Empty);
    }

    [Test]
    public void AppliesNothingWhenAskedToValidateOnly()
    {
        ProgramResult result = _dataPlane.Apply(new V1.ApplyRequest { Upsert = Parse(Node), ValidateOnly = true });

        Assert.That(result.IsApplied, Is.True);
        Assert.That(_dataPlane.ExportConfig().Interfaces, Is.Empty);
    }

    [Test]
    public void NamesProblemsOfRulesByTheirPlace() => Assert.That(
        Apply("""{ "securityGroups": [ { "id": 7, "rules": [ { "direction": "INGRESS" }, { "protocol": 1, "destinationPorts": [ { "first": 2, "last": 1 } ], "remotePrefix": "x" } ] } ] }""").Messages,
        Is.EquivalentTo(new[]
        {
            "security group 7: rules[1].remote_prefix: 'x' is not an address prefix",
            "security group 7: rules[1].direction: is neither INGRESS nor EGRESS",
            "security group 7: rules[1].destination_ports: protocol 1 has no ports",
            "security group 7: rules[1].destination_ports[0].first: 2 is above the last, 1",
        }));

    [Test]
    public void RefusesAKeyTwiceThoughItIsWrittenDifferently() => Assert.That(
        Apply("""{ "nextHops": [ { "id": 5, "discard": {} } ], "routes": [ { "prefix": "2001:db8::/32", "nextHop": 5 }, { "prefix": "2001:0db8:0::/32", "nextHop": 5 } ] }""").Messages.Single(),
        Does.StartWith("route 2001:db8::/32 in vrf 0: "));

    [Test]
    public void DeletesBeforeItAdds()
    {
        Apply(Node);

        ProgramResult result = _dataPlane.Apply(new V1.ApplyRequest
        {
            Upsert = Parse("""{ "interfaces": [ { "id": 3, "kind": "TENANT", "mac": "02:00:00:00:00:03", "vrf": 1, "label": 20 } ] }"""),
            Delete = { new V1.ObjectKey { Interface = 2 }, new V1.ObjectKey { Route = new V1.RouteKey { Vrf = 1, Prefix = "10.1.0.0/16" } } },
        });

        Assert.That(result.Messages, Is.Empty);
        Assert.That(_dataPlane.ExportConfig().Interfaces.Select(vif => vif.Id), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(_dataPlane.ExportConfig().Routes, Is.Empty);
    }

    [Test]
    public void SyncTakesAwayWhatIsNotMentioned()
    {
        Apply(Node);
        V1.Config wanted = Parse(Node);
        wanted.Vnis.Clear();
        wanted.Routes.Clear();
        wanted.SecurityGroups.RemoveAt(1);
        wanted.Interfaces[1].SecurityGroups.RemoveAt(0);

        ProgramResult result = _dataPlane.Sync(wanted);

        Assert.That(result.Messages, Is.Empty);
        Assert.That((result.Applied.Removed, result.Applied.Changed), Is.EqualTo((3, 1)));
        Assert.That(_dataPlane.ExportConfig(), Is.EqualTo(wanted));
    }

    private ProgramResult Apply(string text) => _dataPlane.Apply(new V1.ApplyRequest { Upsert = Parse(text) });

    private static V1.Config Parse(string text) => JsonContract.Parse<V1.Config>(Encoding.UTF8.GetBytes(text));
}
