using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Floating IPs on the node's own address that send ports on, or have members here; what they do not map is the node's (semantics, sections 6 and 8).</summary>
[TestFixture]
public sealed class NodePortTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp;
    private const ushort NodePort = 30080;

    [Test]
    public void ReachesAServiceElsewhere([Values] bool fromUnderlay, [Values] bool translates, [Values(Tcp, Udp, Sctp)] byte protocol, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        Forward(node, isIpv6, translates, protocol);
        node.Routes(1, Service(isIpv6), 10);

        Exchange call = Call(node, protocol, ClientOf(fromUnderlay, isIpv6), new Side(Door.Vni(), Service(isIpv6), 80), isIpv6);
        (translates ? call with { Seen = call.Seen with { Address = Lab.Endpoint(isIpv6) } } : call).AssertWorks();
    }

    [Test]
    public void ReachesAServiceHere([Values] bool fromUnderlay, [Values] bool translates, [Values(Tcp, Udp, Sctp)] byte protocol, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        Forward(node, isIpv6, translates, protocol);
        node.Apply(Float(1, Service(isIpv6), Lab.Tenant) with { PortMappings = [Map(protocol, 80, 8080)] }).Routes(1, Service(isIpv6), ToTenant);

        Exchange call = Call(node, protocol, ClientOf(fromUnderlay, isIpv6), Scene.Tenant(8080, isIpv6), isIpv6);
        (translates ? call with { Seen = call.Seen with { Address = Lab.Endpoint(isIpv6) } } : call).AssertWorks();
    }

    [Test]
    public void TellsClientsOfOnePortApart([Values] bool isHere)
    {
        using Node node = Scene.Start();
        Forward(node, isIpv6: false, translates: true, Udp);
        node.Apply(Float(1, Service(), Lab.Tenant) with { PortMappings = [Map(Udp, 80, 8080)] }).Routes(1, Service(), isHere ? ToTenant : 10);
        Side server = isHere ? Scene.Tenant(8080) : new Side(Door.Vni(), Service(), 80);
        Exchange first = Call(node, Udp, ClientOf(fromUnderlay: true), server) with { Seen = new Side(server.Door, Lab.Endpoint(false), 5000) };
        first.AssertWorks();

        // The same port of somebody else: it is seen as another one.
        Exchange second = first with { Client = first.Client with { Address = Stranger(number: 8) } };
        node.Receive(Lab.Fabric, second.Client.Door.Frame(second.Request.Bytes));
        byte[] arrived = server.Door.Taken(node);
        ushort port = (ushort)(arrived[20] << 8 | arrived[21]);
        Assert.That(port, Is.Not.EqualTo(5000).And.GreaterThanOrEqualTo(1024));
        second = second with { Seen = second.Seen with { Port = port } };
        Assert.That(arrived, Is.EqualTo(second.Arriving.Bytes));

        second.AssertAnswered();
        first.AssertAnswered();
        second.AssertWorks();
    }

    [Test]
    public void IsServedByMembersHere([Values] bool fromUnderlay, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Float(0, Lab.Endpoint(isIpv6), Lab.Tenant) with { PortMappings = [Map(Tcp, NodePort, 8080)] });
        ToNode(node, isIpv6);

        Call(node, Tcp, ClientOf(fromUnderlay, isIpv6), Scene.Tenant(8080, isIpv6), isIpv6).AssertWorks();
    }

    [Test]
    public void IsSpreadOverMembersHereAndKeepsThem()
    {
        using Node node = Scene.Start();
        FloatingIp both = Float(0, Lab.Endpoint(false), Lab.Tenant, Lab.Neighbour) with { PortMappings = [Map(Udp, NodePort, 8080)] };
        node.Apply(both with { Vifs = [new VifId(Lab.Tenant)] });
        Exchange[] calls = [.. Enumerable.Range(0, 64).Select(i => Call(node, Udp, ClientOf(true) with { Port = (ushort)(5000 + i) }, Scene.Tenant(8080)))];

        foreach (Exchange call in calls)
        {
            call.AssertWorks();
        }

        node.Apply(both);

        foreach (Exchange call in calls)
        {
            call.AssertWorks();
        }

        int moved = calls.Select(call => call with { Client = call.Client with { Address = Stranger(number: 9) } }).Count(call =>
        {
            node.Receive(Lab.Fabric, call.Client.Door.Frame(call.Request.Bytes));
            return node.SentAnywhere()[0].Vif == Lab.Neighbour;
        });
        Assert.That(moved, Is.InRange(16, 48), "new flows to both");
    }

    [TestCase(true)]
    [TestCase(false)]
    public void LeavesTheRestToTheNode(bool forwards)
    {
        using Node node = Scene.Start();
        FloatingIp floatingIp = Float(0, Lab.Endpoint(false), Lab.Tenant) with { PortMappings = [Map(Tcp, NodePort, 8080)] };
        node.Apply(floatingIp);

        if (forwards)
        {
            Forward(node, isIpv6: false, translates: false, Tcp);
        }

        ToNode(node, isIpv6: false);
        string own = Lab.Endpoint(false);

        foreach (byte[] packet in (byte[][])
        [
            Craft.Segment(Stranger(), own, 5000, 22, TcpFlags.Syn, 1), Craft.Udp(Stranger(), own, from: 5000, to: NodePort), Craft.Echo(Stranger(), own),
            Craft.Ip(Stranger(), own, 112, new byte[20]), .. Fragments.Of(Craft.Udp(Stranger(), own, new byte[200]), 7, 64),
        ])
        {
            byte[] padded = [.. Lab.FromPeer(packet), 0, 0];
            node.Receive(Lab.Fabric, padded);
            Assert.That(node.SentOnce(Lab.Host), Is.EqualTo((byte[])[.. Craft.Ethernet(Lab.HostMac, Lab.PeerMac, packet), 0, 0]), "as it came");
        }

        Assert.That(node.Flows(), Is.Empty);
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Echo("10.1.0.2", own)));
        Assert.That(Door.Host.Taken(node), Is.EqualTo(new Message(IpProtocol.Icmp, "10.1.0.2", 7, own, 0).After(1).Bytes));
    }

    [Test]
    public void ServesSomeSourcesOnly([Values] bool isHere)
    {
        using Node node = Scene.Start();
        FloatingIp floatingIp = Float(0, Lab.Endpoint(false), Lab.Tenant);
        node.Apply((isHere ? floatingIp with { PortMappings = [Map(Udp, NodePort, 80)] } : floatingIp with { PortMappings = [Onward(Udp, false, false)] }) with
        {
            SourcePrefixes = [Prefix("192.88.77.0/29")],
        });
        node.Routes(1, Service(), 10);
        Exchange call = Call(node, Udp, ClientOf(true), isHere ? Scene.Tenant(80) : new Side(Door.Vni(), Service(), 80));

        call.AssertAsked();
        Assert.That((call with { Client = call.Client with { Address = Stranger(number: 8) } }).Ask(), Is.EqualTo(DropReason.FloatingIpSourceDenied));
    }

    [Test]
    public void FindsTheClientsNeighbourWhenItIsOnTheSameLink([Values] bool isKnown)
    {
        using Node node = Scene.Start();
        Forward(node, isIpv6: false, translates: true, Udp);
        node.Routes(1, Service(), 10);
        const string client = "192.0.2.77", mac = "02:00:00:00:00:77";
        byte[] arp = Craft.Ethernet("ff:ff:ff:ff:ff:ff", mac, Craft.Arp(isKnown ? (ushort)1 : (ushort)2, mac, client, Lab.Endpoint(false)), EtherType.Arp);
        Exchange call = Call(node, Udp, new Side(Door.Underlay, client, 5000), new Side(Door.Vni(), Service(), 80));
        call = call with { Seen = call.Seen with { Address = Lab.Endpoint(false) } };

        if (isKnown)
        {
            node.Receive(Lab.Fabric, arp);
            node.SentAnywhere();
        }

        call.AssertAsked();
        node.Receive(Lab.Fabric, call.Server.Door.Frame(call.Answer.Bytes));

        if (!isKnown)
        {
            Assert.That(Convert.ToHexString(node.SentOnce(Lab.Fabric)[38..42]), Is.EqualTo("C000024D"), "who it is asked for");
            node.Receive(Lab.Fabric, Craft.Ethernet(Lab.FabricMac, mac, Craft.Arp(2, mac, client, Lab.Endpoint(false), Lab.FabricMac), EtherType.Arp));
        }

        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(mac, Lab.FabricMac, call.Returning.Bytes)));
    }

    [Test]
    public void IsReachedFromTheVrfThatTheServiceIsIn([Values] bool hasRoute)
    {
        // Without a route it would leave through the source NAT: what is sent on here does not.
        using Node node = Scene.Start();
        Forward(node, isIpv6: false, translates: false, Tcp);
        node.Routes(1, Service(), 10);
        node.Apply(new Transaction { SourceNats = [new SourceNat(new SourceNatId(1)) { Vrf = new VrfId(1), OutsideVrf = new VrfId(0), Addresses = [Ip("203.0.113.1")] }] });

        if (!hasRoute)
        {
            node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VrfId(1), Prefix(Lab.Endpoint(false) + "/32"))] });
        }

        Call(node, Tcp, Scene.Tenant(5000), new Side(Door.Vni(), Service(), 80)).AssertWorks();
    }

    [Test]
    public void MayLeadToTheHost([Values] bool isIpv6)
    {
        // A service whose endpoint is the node itself, behind another port, reached from the underlay.
        using Node node = Scene.Start();
        FloatingIp floatingIp = Float(0, Floating(isIpv6), Lab.Host) with { FixedAddress = Ip(Lab.Endpoint(isIpv6)), PortMappings = [Map(Tcp, 443, 6443)] };
        node.Apply(floatingIp).Routes(0, Floating(isIpv6), 40);
        Exchange call = Exchange.To(node, Tcp, ClientOf(true, isIpv6), Floating(isIpv6), 443, new Side(Door.Host, Lab.Endpoint(isIpv6), 6443));

        call.AssertAsked();
        node.Receive(Lab.Host, Craft.Ethernet(Lab.PeerMac, Lab.HostMac, call.Answer.Bytes));
        Assert.That(Door.Underlay.Taken(node), Is.EqualTo(call.Returning.Bytes));

        // What else the node sends goes as it is.
        node.Receive(Lab.Host, Craft.Ethernet(Lab.PeerMac, Lab.HostMac, Craft.Udp(Lab.Endpoint(isIpv6), isIpv6 ? "2001:db8:99::9" : "203.0.113.99")));
        Assert.That(Door.Underlay.Taken(node), Is.EqualTo(Craft.Udp(Lab.Endpoint(isIpv6), isIpv6 ? "2001:db8:99::9" : "203.0.113.99")));
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
    }

    [Test]
    public void TheNodeItselfReachesServices([Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Float(1, Service(isIpv6), Lab.Tenant) with { PortMappings = [Map(Tcp, 80, 8080)] }).Routes(1, Service(isIpv6), ToTenant);
        node.Routes(0, Service(isIpv6), 20);

        Exchange.To(node, Tcp, new Side(Door.Host, Lab.Endpoint(isIpv6), 5000), Service(isIpv6), 80, Scene.Tenant(8080, isIpv6)).AssertWorks();
    }

    private static string Service(bool isIpv6 = false) => isIpv6 ? "fd96::1" : "10.96.0.1";

    /// <summary>Somebody beyond the peer, or a tenant of this node.</summary>
    private static Side ClientOf(bool fromUnderlay, bool isIpv6 = false) =>
        fromUnderlay ? new Side(Door.Underlay, Stranger(isIpv6), 5000) : Scene.Tenant(5000, isIpv6, Lab.Neighbour);

    private static Exchange Call(Node node, byte protocol, Side client, Side server, bool isIpv6 = false) =>
        Exchange.To(node, protocol, client, Lab.Endpoint(isIpv6), NodePort, server);

    private static PortMapping Onward(byte protocol, bool isIpv6, bool translates) =>
        new(protocol, NodePort, 80) { Forward = new PortForward(new VrfId(1), Ip(Service(isIpv6)), translates) };

    private static void Forward(Node node, bool isIpv6, bool translates, byte protocol)
    {
        node.Apply(Float(0, Lab.Endpoint(isIpv6)) with { PortMappings = [Onward(protocol, isIpv6, translates)] });
        ToNode(node, isIpv6);
    }

    private static void ToNode(Node node, bool isIpv6) => node.Routes(1, Lab.Endpoint(isIpv6), IntoUnderlay);

}
