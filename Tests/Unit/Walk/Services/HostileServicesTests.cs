using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Who means harm to a service, or through one, gets a drop with a reason; what others have stays as it is.</summary>
[TestFixture]
public sealed class HostileServicesTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp;
    private const int Room = 40, Storm = 5000;

    [Test]
    public void OfStormsToPortsThatNobodyMapsMakeNoFlow([Values] Approach approach, [Values(Tcp, Udp)] byte protocol)
    {
        using Approaching scene = Small(approach);
        Exchange[] calls = Standing(scene);

        for (int i = 0; i < Storm; i++)
        {
            Message request = scene.Call(protocol, (ushort)(1000 + i), 0).Request with { SourcePort = (ushort)(20_000 + i) };
            scene.Node.Receive(scene.Client.Door.Vif, scene.Client.Door.Frame(request.Bytes));
        }

        Assert.That(scene.Node.Plane.ReadCounters().Drops[DropReason.FloatingIpPortUnmapped], Is.EqualTo(Storm));
        AssertUnharmed(scene.Node, calls, Room);
        Assert.That(scene.Node.Flows(), Has.Length.EqualTo(Room));
    }

    [Test]
    public void OfStormsToAServiceEndNoConversation([Values] Approach approach, [Values(Tcp, Udp)] byte protocol)
    {
        using Approaching scene = Small(approach);
        Exchange[] calls = Standing(scene)[..(Room / 4)];

        // Half of the table is of those who have been answered; the other half gives way.
        Exchange[] others = Standing(scene)[(Room / 4)..];
        Array.ForEach(others, call => scene.Node.Plane.DeleteFlows(new FlowFilter { SourcePort = call.Client.Port }));

        for (int i = 0; i < Storm; i++)
        {
            Message request = scene.Call(protocol, protocol == Udp ? (ushort)80 : (ushort)81, 0).Request with { SourcePort = (ushort)(20_000 + i) };
            scene.Node.Receive(scene.Client.Door.Vif, scene.Client.Door.Frame(request.Bytes));
            scene.Node.SentAnywhere();
        }

        Assert.That(scene.Node.Dropped(), Is.Zero, "the latest find room");
        AssertUnharmed(scene.Node, calls, Room);
    }

    [Test]
    public void OfWhoSaysToBeAServiceGoNowhere([Values] Approach approach, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6);
        scene.Apply(scene.FloatingIp);
        var forged = new Message(Udp, scene.Address, 80, scene.Client.Address, 1000);

        Assert.That(scene.Node.Outcome(Lab.Tenant, Lab.FromTenant(forged.Bytes)), Is.EqualTo(DropReason.SpoofedSource), "its own guest writes its own address");

        if (approach is Approach.Vni or Approach.VrfLabel)
        {
            byte[] outside = (forged with { Destination = Lab.Address(Lab.Tenant, isIpv6) }).Bytes;
            Assert.That(scene.Node.Outcome(Lab.Fabric, scene.Client.Door.Frame(outside)), Is.EqualTo(DropReason.InvalidSource));
        }

        Assert.That(scene.Node.Flows(), Is.Empty);
    }

    [Test]
    public void OfForgedAnswersToAPoolFindNoFlow()
    {
        using Node node = Scene.Start();
        node.Apply(SourceNatTests.Nat());
        Exchange call = SourceNatTests.Out(node, Udp);
        call.AssertWorks();

        foreach (ushort port in (ushort[])[1, 4999, 5001, 65_535])
        {
            Assert.That((call with { Seen = call.Seen with { Port = port } }).Reply(), Is.EqualTo(DropReason.NoRoute));
            byte[] error = Craft.Icmp(Outsider(), call.Seen.Address, IcmpType.DestinationUnreachable, 3, 0, (call.Arriving with { SourcePort = port }).Bytes);
            Assert.That(node.Outcome(Lab.Fabric, call.Server.Door.Frame(error)), Is.Not.EqualTo(DropReason.None));
        }

        Assert.That((call with { Server = call.Server with { Address = Outsider(number: 8) } }).Reply(), Is.EqualTo(DropReason.NoRoute), "nobody has asked that one");
        call.AssertWorks();
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
    }

    [Test]
    public void OfAddressesThatSendOnInACircleEndSomewhere([Values] bool translates)
    {
        using Node node = Scene.Start();
        node.Apply(Sends(Floating(), Floating(number: 11), translates), Sends(Floating(number: 11), Floating(), translates));
        node.Routes(Public, Floating(), ToPublic).Routes(Public, Floating(number: 11), ToPublic);

        node.Receive(Lab.Fabric, Outside(1000).Door.Frame(Craft.Udp(Outsider(), Floating(), from: 1000, to: 80)));

        Assert.That(node.SentAnywhere(), Has.Count.LessThanOrEqualTo(1));
        node.AssertBalanced();
    }

    private static FloatingIp Sends(string address, string to, bool translates) =>
        Float(address) with { PortMappings = [new PortMapping(Udp, 80, 80) { Forward = new PortForward(new VrfId(Public), Ip(to), translates) }] };

    /// <summary>A service at a node with room for few flows.</summary>
    private static Approaching Small(Approach approach)
    {
        var scene = new Approaching(approach);
        scene.Node.Apply(new Transaction { Settings = new Settings { MaxFlows = Room } });
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080), Map(Tcp, 81, 8081)] });
        return scene;
    }

    /// <summary>As many conversations as there is room for.</summary>
    private static Exchange[] Standing(Approaching scene)
    {
        Exchange call = scene.Call(Udp, 80, 8080);
        Exchange[] calls = [.. Enumerable.Range(0, Room / 2).Select(i => call with { Client = call.Client with { Port = (ushort)(100 + i) }, Seen = call.Seen with { Port = (ushort)(100 + i) } })];
        Array.ForEach(calls, each => each.AssertWorks());
        return calls;
    }

    private static void AssertUnharmed(Node node, Exchange[] calls, int mostFlows)
    {
        ulong[] before = Packets();
        Array.ForEach(calls, call => call.AssertWorks());

        Assert.That(Packets(), Is.EqualTo(before.Select(packets => packets + 2)), "they have their flows and counters");
        Assert.That(node.Flows(), Has.Length.LessThanOrEqualTo(mostFlows));
        node.AssertBalanced();

        ulong[] Packets() => [.. calls.Select(call => node.Flows().Single(flow => flow.Key.SourcePort == call.Client.Port && flow.Key.DestinationPort == 80).Packets)];
    }
}
