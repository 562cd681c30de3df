using System.Buffers.Binary;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>The node's own address with services on it: their packets are theirs, all others its stack's (semantics, section 8).</summary>
[TestFixture]
public sealed class NodeAddressTests
{
    private const ushort First = 61_000, NodePort = 30_080, GuestPort = 80, Stranger = 2000;

    [Test]
    public void BringsAnswersBackThroughThePool([Values] bool isIpv6)
    {
        using Node node = Lab.Start().Apply(new Transaction
        {
            NextHops = [new VrfNextHop(new NextHopId(60), default)],
            Routes = [Lab.Route(1, "0.0.0.0/0", 60), Lab.Route(1, "::/0", 60)],
            SourceNats = [new SourceNat(new SourceNatId(1)) { Vrf = new VrfId(1), Addresses = [Ip(Lab.Endpoint(isIpv6))], Ports = new PortRange(First, ushort.MaxValue) }],
        });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), Lab.Peer(isIpv6), to: 53)));
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(node.SentOnce(Lab.Fabric).AsSpan(isIpv6 ? 54 : 34));
        node.Receive(Lab.Fabric, FromPeer(53, port, isIpv6));

        Assert.That(port, Is.AtLeast(First));
        Assert.That(node.SentOnce(Lab.Tenant)[14..], Is.EqualTo(Craft.Udp(Lab.Peer(isIpv6), Lab.Address(Lab.Tenant, isIpv6), from: 53, to: 1000, ttl: 63)));
        AssertGoesToTheHost(node, FromPeer(Stranger, port, isIpv6));
    }

    [Test]
    public void HasNodePorts([Values] bool isIpv6)
    {
        using Node node = Lab.Start().Apply(new Transaction
        {
            FloatingIps =
            [
                new FloatingIp(default, Ip(Lab.Endpoint(isIpv6)))
                {
                    Direction = FloatingIpDirection.Ingress,
                    Vifs = [new VifId(Lab.Tenant)],
                    PortMappings = [new PortMapping(IpProtocol.Udp, NodePort, GuestPort)],
                },
            ],
        });

        node.Receive(Lab.Fabric, FromPeer(Stranger, NodePort, isIpv6));
        Assert.That(node.SentOnce(Lab.Tenant)[14..], Is.EqualTo(Craft.Udp(Lab.Peer(isIpv6), Lab.Address(Lab.Tenant, isIpv6), from: Stranger, to: GuestPort, ttl: 63)));

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), Lab.Peer(isIpv6), from: GuestPort, to: Stranger)));
        Assert.That(node.SentOnce(Lab.Fabric)[14..], Is.EqualTo(Craft.Udp(Lab.Endpoint(isIpv6), Lab.Peer(isIpv6), from: NodePort, to: Stranger, ttl: 63)));

        AssertGoesToTheHost(node, FromPeer(Stranger, GuestPort, isIpv6));
    }

    private static byte[] FromPeer(ushort from, ushort to, bool isIpv6) => Lab.FromPeer(Craft.Udp(Lab.Peer(isIpv6), Lab.Endpoint(isIpv6), from: from, to: to));

    private static void AssertGoesToTheHost(Node node, byte[] frame)
    {
        node.Receive(Lab.Fabric, frame);
        Assert.That(node.SentOnce(Lab.Host)[14..], Is.EqualTo(frame[14..]), "as it is");
    }
}
