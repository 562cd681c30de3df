using System.Text;
using NUnit.Framework;
using VRouter.ControlSdk;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Programs.Cli;

/// <summary>`vrouterctl vif|vrf|nh|… list|get|delete`, and `rt lookup`.</summary>
internal sealed class NounTests : CliFixture
{
    private const string Node = """
        {
          "vrfs": [ { "id": 1, "name": "dev", "forwardingMode": "L3" }, { "id": 2, "name": "empty", "forwardingMode": "L3" } ],
          "interfaces": [
            { "id": 1, "name": "fabric", "kind": "FABRIC", "mac": "02:00:00:00:00:01", "addresses": ["192.0.2.1/24"] },
            { "id": 2, "name": "web", "kind": "TENANT", "vrf": 1, "mac": "02:00:00:00:01:01", "addresses": ["10.0.0.1"], "gateways": ["10.0.0.254"], "label": 16 },
            { "id": 3, "name": "twin", "kind": "TENANT", "vrf": 1, "mac": "02:00:00:00:01:03", "addresses": ["10.0.0.3"] },
            { "id": 4, "name": "twin", "kind": "TENANT", "vrf": 1, "mac": "02:00:00:00:01:04", "addresses": ["10.0.0.4"] }
          ],
          "nextHops": [
            { "id": 1, "tunnel": { "encapsulation": "VXLAN", "destination": "192.0.2.2", "label": 5001 } },
            { "id": 9, "discard": {} },
            { "id": 10, "ecmp": { "members": [ { "nextHop": 1, "label": 7, "weight": 2 }, { "nextHop": 1, "draining": true } ] } }
          ],
          "routes": [
            { "vrf": 1, "prefix": "10.1.0.0/16", "nextHop": 1 },
            { "vrf": 1, "prefix": "10.1.2.0/24", "nextHop": 10 },
            { "vrf": 1, "prefix": "2001:db8::/32", "nextHop": 1, "label": 5002 }
          ],
          "labels": [ { "label": 100, "nextHop": 9 } ],
          "vnis": [ { "vni": 5001, "vrf": 1 } ],
          "securityGroups": [ { "id": 8000001, "name": "default", "rules": [ { "id": "r1", "direction": "EGRESS" }, { "id": "r2", "direction": "EGRESS", "protocol": 6 } ] } ],
          "floatingIps": [ { "vrf": 1, "address": "10.0.9.9", "interfaces": [2], "portMappings": [ { "protocol": 6, "sourcePort": 80, "destinationPort": 8080 } ] } ],
          "sourceNats": [ { "id": 5, "vrf": 1, "addresses": ["192.0.2.77"], "excludedDestinations": ["10.0.0.0/8"] } ]
        }
        """;

    protected override V1.Config State => JsonContract.Parse<V1.Config>(Encoding.UTF8.GetBytes(Node));

    [TestCase("vif list", 4, "ID|NAME|KIND|VRF|MAC|ADDRESSES|GROUPS|LABEL|MTU|PORT", "2|web|TENANT|1|02:00:00:00:01:01|10.0.0.1|-|16|1500|-")]
    [TestCase("vrf list", 2, "ID|NAME|MODE|FLOODS|LEARNS|RPF", "1|dev|L3|no|no|on")]
    [TestCase("nh list", 3, "ID|DOES", "10|ECMP 1 label 7 weight 2, 1 draining")]
    [TestCase("rt list", 3, "VRF|PREFIX|NEXT HOP|LABEL|GROUPS|PROXY ARP|MAC", "1|2001:db8::/32|1|5002|-|-|-")]
    [TestCase("rt list --vrf 2", 0, "VRF|PREFIX|NEXT HOP|LABEL|GROUPS|PROXY ARP|MAC", null)]
    [TestCase("mac list", 0, "VRF|MAC|NEXT HOP|LABEL", null)]
    [TestCase("mpls list", 1, "LABEL|NEXT HOP|PAYLOAD", "100|9|IP")]
    [TestCase("vxlan list", 1, "VNI|VRF", "5001|1")]
    [TestCase("sg list", 1, "ID|NAME|INGRESS|EGRESS", "8000001|default|0|2")]
    [TestCase("fip list", 1, "VRF|ADDRESS|INTERFACES|FIXED|DIRECTION|PORTS", "1|10.0.9.9|2|-|BOTH|tcp 80>8080")]
    [TestCase("snat list", 1, "ID|VRF|SOURCES|EXCEPT TO|ADDRESSES|PORTS|OUTSIDE VRF", "5|1|-|10.0.0.0/8|192.0.2.77|-|0")]
    public async Task ListsObjectsInATable(string commandLine, int count, string heads, string? row)
    {
        Answer answer = await RunAsync(commandLine);

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(string.Join('|', answer.Row(0)), Is.EqualTo(heads));
        Assert.That(answer.Lines, Has.Length.EqualTo(count + 1));

        if (row is not null)
        {
            Assert.That(Enumerable.Range(1, count).Select(line => string.Join('|', answer.Row(line))), Has.Member(row));
        }
    }

    [Test]
    public async Task ListsObjectsAsJsonOneALine()
    {
        Answer answer = await RunAsync("-o json rt list --vrf 1");

        V1.Route[] routes = [.. answer.Lines.Select(line => JsonContract.Parse<V1.Route>(Encoding.UTF8.GetBytes(line)))];
        Assert.That(routes.Select(route => route.Prefix), Is.EquivalentTo(["10.1.0.0/16", "10.1.2.0/24", "2001:db8::/32"]));
    }

    [Test]
    public async Task ListsRoutesOfTheVRoutersOwnWhenAsked() =>
        Assert.That((await RunAsync("rt list --vrf 1 --derived")).Output, Does.Contain("10.0.0.1/32"));

    [TestCase("vif get 2", @"^name +web$")]
    [TestCase("vif get web", @"^id +2$")]
    [TestCase("vrf get dev", @"^forwarding_mode +L3$")]
    [TestCase("nh get 1", @"^tunnel +\{ ""encapsulation"": ""VXLAN"", ""destination"": ""192.0.2.2"", ""label"": 5001 \}$")]
    [TestCase("rt get 1 10.1.0.0/16", @"^next_hop +1$")]
    [TestCase("rt get 1 2001:DB8::/32", @"^label +5002$")]
    [TestCase("rt get --derived 1 10.0.0.1", @"^prefix +10.0.0.1/32$")]
    [TestCase("mpls get 100", @"^next_hop +9$")]
    [TestCase("vxlan get 5001", @"^vrf +1$")]
    [TestCase("sg get default", @"^rules +\{ ""id"": ""r1"".*\n +\{ ""id"": ""r2"".*$")]
    [TestCase("fip get 1 10.0.9.9", @"^interfaces +2$")]
    [TestCase("snat get 5", @"^addresses +192.0.2.77$")]
    public async Task ShowsOneObject(string commandLine, string line)
    {
        Answer answer = await RunAsync(commandLine);

        Assert.That(answer.ExitCode, Is.Zero, answer.Errors);
        Assert.That(answer.Output, Does.Match($"(?m){line}"));
    }

    [Test]
    public async Task ShowsOneObjectAsJson()
    {
        Answer answer = await RunAsync("vif get web -o json");

        Assert.That(JsonContract.Parse<V1.Interface>(Encoding.UTF8.GetBytes(answer.Output)).Mac, Is.EqualTo("02:00:00:00:01:01"));
    }

    [TestCase("vif delete twin", 2, "2 interfaces are called twin: interface 3, interface 4")]
    [TestCase("vif get 77", 1, "there is no interface 77")]
    [TestCase("vif delete 77", 1, "there is no interface 77")]
    [TestCase("vrf get prod", 1, "there is no VRF prod")]
    [TestCase("rt get 1 10.1.0.0/24", 1, "there is no route 1 10.1.0.0/24")]
    [TestCase("rt get 1 10.1.0.1/24", 2, "'10.1.0.1/24' is not a prefix")]
    [TestCase("mac delete 1 02:00", 2, "'02:00' is not a MAC address")]
    [TestCase("mpls get x", 2, "'x' is not a number")]
    [TestCase("fip get 1 10.0.0.300", 2, "'10.0.0.300' is not an address")]
    [TestCase("nh delete 1", 2, "next hop 1")]
    public async Task SaysWhatIsWrong(string commandLine, int exitCode, string error)
    {
        Answer answer = await RunAsync(commandLine);

        Assert.That(answer.ExitCode, Is.EqualTo(exitCode));
        Assert.That(answer.Errors, Does.StartWith("vrouterctl: ").And.Contain(error));
        Assert.That(answer.Output, Is.Empty);
    }

    [TestCase("fip delete 1 10.0.9.9", "floating ip 10.0.9.9 in vrf 1 deleted")]
    [TestCase("vif delete 3", "interface 3 deleted")]
    [TestCase("vrf delete empty", "vrf 2 deleted")]
    [TestCase("rt delete 1 10.1.2.0/24", "route 10.1.2.0/24 in vrf 1 deleted")]
    [TestCase("mpls delete 100", "label 100 deleted")]
    [TestCase("vxlan delete 5001", "vni 5001 deleted")]
    [TestCase("sg delete 8000001", "security group 8000001 deleted")]
    [TestCase("snat delete 5", "source nat 5 deleted")]
    public async Task DeletesOneObject(string commandLine, string sentence)
    {
        Answer first = await RunAsync(commandLine);
        Answer second = await RunAsync(commandLine);

        Assert.That(first.ExitCode, Is.Zero, first.Errors);
        Assert.That(first.Output, Does.StartWith(sentence));
        Assert.That(second.ExitCode, Is.EqualTo(1));
        Assert.That(second.Errors, Does.Contain("there is no"));
    }

    [TestCase("10.1.2.3", "10.1.2.3 takes 10.1.2.0/24 in VRF 1: next hop 10: ECMP 1 label 7 weight 2, 1 draining")]
    [TestCase("10.1.3.3", "10.1.3.3 takes 10.1.0.0/16 in VRF 1: next hop 1: VXLAN to 192.0.2.2 label 5001")]
    [TestCase("2001:db8::7", "2001:db8::7 takes 2001:db8::/32 in VRF 1: next hop 1: VXLAN to 192.0.2.2 label 5001 label 5002")]
    [TestCase("10.0.0.1", "10.0.0.1 takes 10.0.0.1/32 in VRF 1: the vRouter's own")]
    public async Task FindsTheRouteOfAnAddress(string address, string sentence) =>
        Assert.That((await RunAsync($"rt lookup 1 {address}")).Output.Trim(), Is.EqualTo(sentence));

    [Test]
    public async Task SaysThatThereIsNoRoute()
    {
        Answer answer = await RunAsync("rt lookup 1 198.51.100.1");

        Assert.That(answer.ExitCode, Is.EqualTo(1));
        Assert.That(answer.Errors, Does.Contain("there is no route to 198.51.100.1 in VRF 1"));
    }
}
