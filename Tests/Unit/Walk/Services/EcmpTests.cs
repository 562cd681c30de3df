using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Groups;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Which member a flow takes, and by which node what comes back goes (semantics, sections 6 and 8).</summary>
[TestFixture]
public sealed class EcmpTests
{
    [Test]
    public void SpreadsFlowsOverMembersHereAndElsewhere([Values] bool isIpv6)
    {
        using Node node = Groups.Start(Member(A), Member(B), Member(C), Member(Here));
        uint[] taken = [.. Enumerable.Range(1, 400).Select(port => node.Ask(Request((ushort)port, isIpv6: isIpv6)))];

        Assert.That(taken.GroupBy(member => member).Select(group => group.Count()), Has.Exactly(4).InRange(70, 130));
        Assert.That(Enumerable.Range(1, 400).Select(port => node.Ask(Request((ushort)port, isIpv6: isIpv6))), Is.EqualTo(taken), "flows stay");
    }

    [Test]
    public void TranslatesAtTheMembersNodeOnly()
    {
        using Node node = Groups.Start(Member(A), Member(Here));
        node.Apply(Float(1, Service(), Lab.Neighbour) with { PortMappings = [Map(IpProtocol.Udp, 80, 8080)] });
        Side tenant = Scene.Tenant(0), here = Scene.Tenant(8080, vif: Lab.Neighbour), there = new(Doors[0], Service(), 80);

        foreach (ushort port in Enumerable.Range(1, 16))
        {
            uint member = node.Ask(Request(port));
            Exchange call = Exchange.To(node, IpProtocol.Udp, tenant with { Port = port }, Service(), 80, member == Here ? here : there);
            (call with { HopsBack = member == Here ? 1 : 0 }).AssertWorks();
        }
    }

    [Test]
    public void ChoosesTheSameOnEveryNode()
    {
        // The neighbour here is a tunnel's end elsewhere, next hops have other numbers and members another order.
        using Node here = Groups.Start(Member(A), Member(B), Member(Here) with { Weight = 2 });
        using Node there = Scene.Start(EncapsulationKind.MplsOverUdp);
        there.Apply(new Transaction
        {
            Vifs = [Guarding.TenantVif(Lab.Fabric) with { Addresses = [Prefix("192.0.2.9/24")] }],
            NextHops =
            [
                new TunnelNextHop(new NextHopId(7), EncapsulationKind.MplsOverGre, Ip(Lab.Endpoint(false))) { Label = NeighbourLabel },
                new TunnelNextHop(new NextHopId(8), EncapsulationKind.MplsOverUdp, Ip(SecondPeer)),
                new TunnelNextHop(new NextHopId(9), EncapsulationKind.MplsOverUdp, Ip(Lab.Peer(false))) { Label = 500 },
            ],
            Routes = [Lab.Route(0, Lab.Endpoint(false) + "/32", 90)],
        });
        there.Put(Member(8) with { Label = LabelOfB }, Member(7) with { Weight = 2 }, Member(9) with { Label = LabelOfA }).Routes(1, Service(), Group);

        uint[] asHere = [.. here.AskFrom(1, 200).Values];
        uint[] asThere = [.. Enumerable.Range(1, 200).Select(port => There(there, (ushort)port))];

        Assert.That(asThere, Is.EqualTo(asHere));
        Assert.That(asHere.Distinct().Count(), Is.EqualTo(3));

        static uint There(Node node, ushort port)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Request(port).Bytes));
            uint label = Tunnelled.Read(node.SentOnce(Lab.Fabric)).Headers.Label;
            return label == NeighbourLabel ? Here : label - LabelOfA + A;
        }
    }

    [Test]
    public void ReachesThousandsOfMembers()
    {
        EcmpMember[] members = [.. Enumerable.Range(0, 4096).Select(i => Member(A + (uint)i % 3) with { Label = 10_000 + (uint)i })];
        using Node here = Groups.Start(members), there = Groups.Start([.. members.Reverse()]);
        uint[] taken = LabelsOf(here);

        Assert.That(taken.Distinct().Count(), Is.InRange(1500, 1660), "as dice fall: 1,582");
        Assert.That(LabelsOf(here), Is.EqualTo(taken), "flows stay");
        Assert.That(LabelsOf(there), Is.EqualTo(taken));

        static uint[] LabelsOf(Node node) => [.. Enumerable.Range(1, 2000).Select(port => node.Ask(Request((ushort)port)))];
    }

    [Test]
    public void GivesMembersTheirWeight()
    {
        using Node node = Groups.Start(Member(A), Member(B) with { Weight = 3 });

        Assert.That(node.AskFrom(1, 4000).Values.Count(member => member == B) / 4000.0, Is.EqualTo(0.75).Within(0.03));
    }

    [Test]
    public void LeavesADrainingMemberItsFlowsOnly()
    {
        using Node node = Groups.Start(Member(A), Member(B));
        Dictionary<ushort, uint> before = node.AskFrom(1, 64);

        node.Put(Member(A), Member(B) with { Draining = true });
        Assert.That(node.AskFrom(1, 64), Is.EqualTo(before));
        Assert.That(node.AskFrom(100, 64).Values, Is.All.EqualTo(A));

        node.Put(Member(A) with { Draining = true }, Member(B) with { Draining = true });
        Assert.That(node.AskFrom(1, 64), Is.EqualTo(before));
        Assert.That(node.AskFrom(200, 64).Values.Distinct().Count(), Is.EqualTo(2), "where all are draining they take new flows again");
    }

    [Test]
    public void AsksWhoServesThePort()
    {
        using Node node = Groups.Start(Member(A) with { Ports = [new ProtocolPort(IpProtocol.Udp, 80)] }, Member(B) with { Ports = [new ProtocolPort(IpProtocol.Udp, 81), new ProtocolPort(IpProtocol.Tcp, 80)] });

        for (ushort port = 1; port < 32; port++)
        {
            Assert.That(node.Ask(Request(port)), Is.EqualTo(A));
            Assert.That(node.Ask(Request(port, to: 81)), Is.EqualTo(B));
            Assert.That(node.Ask(Request(port, IpProtocol.Tcp)), Is.EqualTo(B));
        }
    }

    [Test]
    public void KeepsAClientAtOneMember()
    {
        using Node node = Groups.Start();
        node.Put(new EcmpNextHop(new NextHopId(Group)) { Members = [Member(A), Member(B), Member(C)], Hash = EcmpHash.SourceAddress });
        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { SourceCheckDisabled = true }] });

        var members = Enumerable.Range(1, 60).ToDictionary(client => client, client => node.Ask(Request(1) with { Source = $"10.1.7.{client}" }));
        Assert.That(members.Values.GroupBy(member => member).Select(group => group.Count()), Has.Exactly(3).InRange(8, 35));

        foreach ((int client, uint member) in members)
        {
            Message request = Request(9, IpProtocol.Tcp, to: 8443) with { Source = $"10.1.7.{client}" };
            Assert.That(node.Ask(request), Is.EqualTo(member));
        }
    }

    [Test]
    public void DiscardsWhereThereIsNobody()
    {
        using Node node = Groups.Start();

        Drop drop = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Request(1).Bytes), DropReason.Discarded);

        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new NextHopId(Group))));
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void SpreadsWhatIsOfNoFlowAlike([Values] bool isIpv6)
    {
        using Node node = Groups.Start(Member(A), Member(B), Member(C)), other = Groups.Start(Member(A), Member(B), Member(C));
        other.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { PolicyDisabled = true }] });

        foreach (ushort port in Enumerable.Range(1, 32).Concat(Enumerable.Range(1, 32)))
        {
            Assert.That(other.Ask(Request(port, isIpv6: isIpv6)), Is.EqualTo(node.Ask(Request(port, isIpv6: isIpv6))));
        }

        Assert.That(other.Flows(), Is.Empty);
    }

    [Test]
    public void TakesAnswersFromTheMembersNodesOnly()
    {
        using Node node = Groups.Start(Member(A), Member(B));
        uint member = node.Ask(Request(1));
        byte[] answer = Request(1).Back().Bytes;

        Assert.That(node.Outcome(Lab.Fabric, Doors[2].Frame(answer)), Is.EqualTo(DropReason.InvalidSource));
        Assert.That(node.Outcome(Lab.Fabric, Doors[member - A].Frame(answer)), Is.EqualTo(DropReason.None));
        Assert.That(node.Outcome(Lab.Fabric, Doors[1 - (member - A)].Frame(answer)), Is.EqualTo(DropReason.None), "it may have come another way");
    }

    [Test]
    public void SendsAnswersBackThroughTheNodeThatTheRequestCameFrom([Values] bool isIpv6)
    {
        using Node node = BehindGateways();
        string client = Lab.Remote(isIpv6), tenant = Lab.Address(Lab.Tenant, isIpv6);

        for (ushort port = 1; port < 16; port++)
        {
            foreach (int gateway in (int[])[port % 2, 1 - port % 2, 1 - port % 2])
            {
                Assert.That(node.Outcome(Lab.Fabric, Doors[gateway].Frame(Craft.Udp(client, tenant, from: port, to: 80))), Is.EqualTo(DropReason.None));
                Assert.That(node.Ask(new Message(IpProtocol.Udp, tenant, 80, client, port)), Is.EqualTo(A + (uint)gateway), "also when it comes another way now");
            }
        }

        Assert.That(node.Outcome(Lab.Fabric, Doors[2].Frame(Craft.Udp(client, tenant, from: 1, to: 80))), Is.EqualTo(DropReason.InvalidSource));
    }

    [Test]
    public void SendsAnswersBackThroughThatNodeWhenGroupsChange()
    {
        using Node node = BehindGateways();
        byte[] request = Craft.Udp(Lab.Remote(false), "10.1.0.2", from: 1, to: 80);
        var answer = new Message(IpProtocol.Udp, "10.1.0.2", 80, Lab.Remote(false), 1);
        Assert.That(node.Outcome(Lab.Fabric, Doors[1].Frame(request)), Is.EqualTo(DropReason.None));

        node.Put(Member(A), Member(B), Member(C));
        Assert.That(node.Ask(answer), Is.EqualTo(B));
        node.Put(Member(C), Member(B) with { Draining = true });
        Assert.That(node.Ask(answer), Is.EqualTo(B));
        node.Put(Member(A), Member(C));
        Assert.That(node.Ask(answer), Is.EqualTo(A).Or.EqualTo(C), "that node is no way any more");
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void AnswersTheMemberThatCalledFromTheSharedAddress()
    {
        // Both tenants may use the service's address, and the route to it is the group of them.
        using Node node = Groups.Start(Member(ToTenant), Member(Here));
        AddressPair[] pairs = [new AddressPair(IpPrefix.Host(Ip(Service())), default)];
        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { Label = default, AllowedAddressPairs = [.. pairs] }, Guarding.TenantVif(Lab.Neighbour) with { AllowedAddressPairs = [.. pairs] }] });

        for (ushort port = 1; port < 16; port++)
        {
            uint vif = port % 2 == 0 ? Lab.Tenant : Lab.Neighbour;
            node.Receive(vif, Lab.FromTenant(Craft.Udp(Service(), Lab.Remote(false), from: port, to: 80), vif));
            node.SentOnce(Lab.Fabric);
            node.Receive(Lab.Fabric, Door.Label(Lab.VrfLabel, 0).Frame(Craft.Udp(Lab.Remote(false), Service(), from: 80, to: port)));
            Assert.That(node.SentAnywhere().Select(sent => sent.Vif), Is.EqualTo(new[] { vif }));
        }
    }

    [Test]
    public void IsLedToByALabel([Values] bool isMapped)
    {
        using Node node = Groups.Start(Member(B), Member(Here), Member(ToTenant));
        node.Apply(new Transaction { Labels = [new LabelEntry(new MplsLabel(3000), new NextHopId(Group))] });
        node.Apply(Float(1, Service(), Lab.Neighbour, Lab.Tenant) with { PortMappings = isMapped ? [Map(IpProtocol.Udp, 80, 8080)] : [] });
        Door door = Door.Label(3000, Lab.RemoteLabel);
        var taken = new Dictionary<ushort, uint>();

        for (ushort port = 1; port < 32; port++)
        {
            var client = new Side(door, Lab.Remote(false), port);
            node.Receive(Lab.Fabric, door.Frame(Craft.Udp(client.Address, Service(), from: port, to: 80)));
            uint member = node.MemberTaken();
            taken.Add(port, member);

            if (member == Here)
            {
                Exchange.To(node, IpProtocol.Udp, client, Service(), 80, Scene.Tenant(isMapped ? (ushort)8080 : (ushort)80, vif: Lab.Neighbour)).AssertWorks();
            }
        }

        Assert.That(taken.Values.Distinct().Count(), Is.EqualTo(3));
        node.Put(Member(B), Member(ToTenant));

        foreach ((ushort port, uint member) in taken)
        {
            node.Receive(Lab.Fabric, door.Frame(Craft.Udp(Lab.Remote(false), Service(), from: port, to: 80)));
            Assert.That(node.MemberTaken(), member == Here ? Is.Not.EqualTo(Here) : Is.EqualTo(member));
        }
    }

    [Test]
    public void IsLedToByALabelFromTheVrfOfItsFloatingIp()
    {
        using Node node = Groups.Start(Member(Here));
        node.Apply(new Transaction { Labels = [new LabelEntry(new MplsLabel(3000), new NextHopId(Group))] });
        node.Apply(Float(Floating(), Lab.Neighbour) with { PortMappings = [Map(IpProtocol.Tcp, 80, 8080)] });

        Exchange.To(node, IpProtocol.Tcp, Outside(1000) with { Door = Door.Label(3000, PeersLabel) }, Floating(), 80, Scene.Tenant(8080, vif: Lab.Neighbour)).AssertWorks();
    }

    /// <summary>What is beyond the peers is behind a group of gateways, A and B.</summary>
    private static Node BehindGateways()
    {
        Node node = Groups.Start(Member(A), Member(B));
        return node.Apply(Lab.Route(1, "10.2.0.0/16", Group), Lab.Route(1, "fd02::/16", Group));
    }
}
