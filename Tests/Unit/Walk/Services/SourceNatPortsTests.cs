using System.Buffers.Binary;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;
using static VRouter.Tests.Unit.Walk.Services.SourceNatTests;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Which ports source NAT gives out (semantics, section 6).</summary>
[TestFixture]
public sealed class SourceNatPortsTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp, Icmp = IpProtocol.Icmp;

    [Test]
    public void AreOthersWhereTheOriginalIsTaken([Values(Tcp, Udp, Sctp, Icmp)] byte protocol, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Nat());
        Exchange first = Out(node, protocol, isIpv6: isIpv6);
        first.AssertWorks();

        Exchange second = Answered(first with { Client = Scene.Tenant(5000, isIpv6, Lab.Neighbour) });
        Assert.That(second.Seen.Port, Is.Not.EqualTo(5000).And.GreaterThanOrEqualTo(1024));
        second.AssertWorks();
        first.AssertWorks();
    }

    [Test]
    public void AreOfTheRange([Values(Tcp, Udp, Icmp)] byte protocol)
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { Ports = new(61_000, 61_003) });
        ushort[] taken = [.. Enumerable.Range(0, 4).Select(i => Answered(From(Out(node, protocol), (ushort)(5000 + i))).Seen.Port)];

        Assert.That(taken, Is.EquivalentTo(new[] { 61_000, 61_001, 61_002, 61_003 }));
    }

    [Test]
    public void AreUsedAgainForOtherDestinations([Values(Tcp, Udp, Sctp, Icmp)] byte protocol)
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { Ports = new(5000, 5000) });

        // Other addresses, and other ports of one address; an echo has none.
        foreach (int number in Enumerable.Range(1, 100))
        {
            Out(node, protocol, called: Outsider(number: number)).AssertWorks();

            if (protocol != Icmp)
            {
                Exchange call = Out(node, protocol);
                (call with { Called = call.Called with { Port = (ushort)(1000 + number) }, Server = call.Server with { Port = (ushort)(1000 + number) } }).AssertWorks();
            }
        }
    }

    [Test]
    public void RunOut([Values(Tcp, Udp, Sctp, Icmp)] byte protocol)
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { Addresses = [Ip(Pool())], Ports = new(5000, 5003) });
        Exchange[] calls = [.. Enumerable.Range(0, 4).Select(i => From(Out(node, protocol), (ushort)(5000 + i)))];

        foreach (Exchange call in calls)
        {
            call.AssertWorks();
        }

        Exchange fifth = From(Out(node, protocol), 6000);
        Drop drop = node.AssertDropped(Lab.Tenant, fifth.Client.Door.Frame(fifth.Request.Bytes), DropReason.SourceNatExhausted);
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new SourceNatId(1))));
        Assert.That(From(Out(node, protocol, called: Outsider(number: 8)), 6000).Ask(), Is.EqualTo(DropReason.None), "elsewhere they are free");

        node.Plane.DeleteFlows(new FlowFilter { SourcePort = 5002 });
        node.Clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.That(Answered(fifth).Seen.Port, Is.EqualTo(5002));
        calls[0].AssertWorks();
    }

    [Test]
    public void OfTheNextAddressAreTakenWhenOneHasNoneLeft()
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { Addresses = [Ip("203.0.113.1"), Ip("203.0.113.2")], Ports = new(5000, 5001) });
        Exchange call = Out(node, Udp);
        string[] seen = [.. Enumerable.Range(0, 4).Select(i => SeenAs(From(call, (ushort)(5000 + i))))];

        Assert.That(seen[..2].Distinct().Count(), Is.EqualTo(1), "a client keeps to one address");
        Assert.That(seen[2..], Is.All.EqualTo(seen[0] == "203.0.113.1" ? "203.0.113.2" : "203.0.113.1"));
        Assert.That(From(call, 6000).Ask(), Is.EqualTo(DropReason.SourceNatExhausted));
    }

    [Test]
    public void AreNoneForProtocolsWithoutPorts()
    {
        // One a destination: a second client has none.
        using Node node = Scene.Start();
        node.Apply(Nat() with { Addresses = [Ip(Pool())] });
        Exchange first = Out(node, IpProtocol.Gre);
        first.AssertWorks();

        Assert.That((first with { Client = Scene.Tenant(5000, vif: Lab.Neighbour) }).Ask(), Is.EqualTo(DropReason.SourceNatExhausted));
        (Out(node, IpProtocol.Gre, called: Outsider(number: 8)) with { Client = Scene.Tenant(5000, vif: Lab.Neighbour) }).AssertWorks();
    }

    [Test]
    public void OfEchoesWithoutANumberAreGivenToo()
    {
        using Node node = Scene.Start();
        node.Apply(Nat());

        Exchange first = Answered(From(Out(node, Icmp), 0)), second = Answered(first with { Client = Scene.Tenant(0, vif: Lab.Neighbour) });

        Assert.That(second.Seen.Port, Is.Not.EqualTo(first.Seen.Port));
        first.AssertWorks();
        second.AssertWorks();
    }

    [Test]
    public void OfOneAddressServeManyMoreThanThereAre()
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { Ports = new(5000, 5003) });
        Exchange call = Out(node, Udp);
        int sent = 0;

        foreach (int destination in Enumerable.Range(1, 250))
        {
            foreach (int port in Enumerable.Range(0, 4))
            {
                Exchange each = From(call, (ushort)(7000 + port));
                node.Receive(Lab.Tenant, Lab.FromTenant((each.Request with { Destination = Outsider(number: destination) }).Bytes));
                sent += node.SentAnywhere().Count;
            }
        }

        Assert.That(sent, Is.EqualTo(1000));
        Assert.That(node.Flows(), Has.Length.EqualTo(2000));
        Assert.That(node.Flows().Where(flow => flow.Key.Vrf.Value == Public).Select(flow => (flow.Key.Source, flow.Key.DestinationPort)).Distinct().Count(), Is.EqualTo(1000));
    }

    [Test]
    [Long]
    public void OfOneAddressServeAMillionAtOnce()
    {
        const int destinations = 100, ports = 10_000;
        using Node node = Scene.Start(options: new DataPlaneOptions { Frames = 8192 });
        node.Apply(new Transaction { Settings = new Settings { MaxFlows = 2 * destinations * ports } }).Apply(Nat());
        Exchange call = Out(node, Udp);

        foreach (int destination in Enumerable.Range(1, destinations))
        {
            byte[] frame = Lab.FromTenant((call.Request with { Destination = Outsider(number: destination), HasNoChecksum = true }).Bytes);

            for (int port = 10_000; port < 10_000 + ports; port++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), (ushort)port);
                node.Receive(Lab.Tenant, frame);
                Assert.That(node.Port(Lab.Fabric).TryCollect(out byte[] _), Is.True);
            }
        }

        Assert.That(node.Plane.ReadCounters().Flows, Is.EqualTo(2 * destinations * ports));
        Assert.That(node.Dropped(), Is.Zero);
        From(Out(node, Udp, called: Outsider(number: destinations)), 10_000 + ports - 1).AssertWorks();
    }

    [Test]
    public void AreSharedOutAmongWorkersWithoutWaste([Values(2, 4)] int workers)
    {
        const int all = 1000;
        using Node node = Scene.Start(options: new DataPlaneOptions { Frames = 8192, Workers = workers }, queues: workers);
        node.Apply(Nat() with { Ports = new(5000, 5000 + all - 1) });
        Exchange call = Out(node, Udp);
        var taken = new HashSet<ushort>();
        int early = 0;

        for (int calls = 0; taken.Count < all && calls < 20 * all; calls++)
        {
            early = calls < all ? taken.Count : early;
            Message request = From(call, (ushort)(10_000 + calls)).Request;
            node.Receive(Lab.Tenant, Lab.FromTenant(request.Bytes), calls % workers);

            if (node.Sent(Lab.Fabric) is { } sent)
            {
                byte[] arrived = call.Server.Door.PacketIn(sent);
                Assert.That(taken.Add((ushort)(arrived[20] << 8 | arrived[21])), Is.True, "nobody else has it");
            }
            else
            {
                node.Clock.Advance(TimeSpan.FromMilliseconds(20));
            }
        }

        Assert.That(taken, Has.Count.EqualTo(all), "no port is nobody's");
        Assert.That(early, Is.GreaterThan(all * 85 / 100), "calls and ports fall to workers alike");
    }

    private static Exchange From(Exchange call, ushort port) => call with { Client = call.Client with { Port = port }, Seen = call.Seen with { Port = port } };

    private static string SeenAs(Exchange call)
    {
        call.Node.Receive(call.Client.Door.Vif, call.Client.Door.Frame(call.Request.Bytes));
        return new System.Net.IPAddress(call.Server.Door.Taken(call.Node)[12..16]).ToString();
    }

    /// <summary>The exchange as the server sees it, whatever port it is seen with; it is answered.</summary>
    internal static Exchange Answered(Exchange call)
    {
        call.Node.Receive(call.Client.Door.Vif, call.Client.Door.Frame(call.Request.Bytes));
        byte[] arrived = call.Server.Door.Taken(call.Node);
        int ports = (arrived[0] >> 4 == 6 ? 40 : 20) + (call.Protocol == Icmp ? 4 : 0);
        call = call with { Seen = call.Seen with { Port = (ushort)(arrived[ports] << 8 | arrived[ports + 1]) } };
        Assert.That(arrived, Is.EqualTo(call.Arriving.Bytes));
        call.AssertAnswered();
        return call;
    }
}
