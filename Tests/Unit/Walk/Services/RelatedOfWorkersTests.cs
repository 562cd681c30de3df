using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Fragments of translated flows, and errors about them, on whatever queue they arrive: the worker that has the flow gets them.</summary>
[TestFixture]
public sealed class RelatedOfWorkersTests
{
    private const byte Udp = IpProtocol.Udp;
    private const int Count = 16;

    private static readonly byte[] s_payload = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    [Test]
    public void FragmentsGoBothWays([Values(2, 4)] int workers, [Values] Approach approach, [Values("012", "210")] string order, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6, Options(workers), workers);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        AssertFragmentsGo(scene.Node, workers, order, scene.Call(Udp, 80, 8080));
    }

    [Test]
    public void FragmentsGoThroughASourceNat([Values(2, 4)] int workers, [Values("012", "210")] string order, [Values] bool onOwnAddress)
    {
        using Node node = Scene.Start(options: Options(workers), queues: workers);
        AssertFragmentsGo(node, workers, order, ThroughNat(node, onOwnAddress));
    }

    [Test]
    public void ErrorsReachTheClient([Values(2, 4)] int workers, [Values] Approach approach, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6, Options(workers), workers);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        AssertErrorsGo(scene.Node, workers, scene.Call(Udp, 80, 8080));
    }

    [Test]
    public void ErrorsReachTheClientOfASourceNat([Values(2, 4)] int workers, [Values] bool onOwnAddress)
    {
        using Node node = Scene.Start(options: Options(workers), queues: workers);
        AssertErrorsGo(node, workers, ThroughNat(node, onOwnAddress));
    }

    private static Exchange ThroughNat(Node node, bool onOwnAddress)
    {
        SourceNat nat = SourceNatTests.Nat();
        node.Apply(onOwnAddress ? nat with { OutsideVrf = new VrfId(0), Addresses = [Node.Ip(Lab.Endpoint(false))] } : nat);
        return onOwnAddress ? SourceNatTests.Out(node, Udp, Door.Underlay, called: Stranger(), seen: Lab.Endpoint(false)) : SourceNatTests.Out(node, Udp);
    }

    private static void AssertFragmentsGo(Node node, int workers, string order, Exchange call)
    {
        foreach (Exchange each in Calls(call))
        {
            Exchange known = each with { Seen = each.Seen with { Port = SeenPort(node, each) } };
            AssertPieces(node, workers, order, known.Client.Door, known.Server.Door, known.Request, known.Arriving);
            AssertPieces(node, workers, order, known.Server.Door, known.Client.Door, known.Answer, known.Returning);
        }

        Assert.That(node.Flows(), Has.Length.EqualTo(2 * Count));
        node.AssertBalanced();
    }

    private static void AssertPieces(Node node, int workers, string order, Door from, Door to, Message sent, Message arrives)
    {
        byte[][] pieces = Fragments.Of((sent with { Payload = s_payload }).Bytes, sent.SourcePort, 64, 128), expected = Fragments.Of((arrives with { Payload = s_payload }).Bytes, sent.SourcePort, 64, 128);

        foreach (char place in order)
        {
            node.Receive(from.Vif, from.Frame(pieces[place - '0']), (sent.SourcePort + place) % workers);
        }

        string[] arrived = [.. node.SentAnywhere().Select(item => item.Vif == to.Vif ? Convert.ToHexString(to.PacketIn(item.Packet)) : $"out of {item.Vif}")];
        Assert.That(arrived, Is.EquivalentTo(expected.Select(Convert.ToHexString)), $"the latest drop: {node.LastDrop}");
    }

    private static void AssertErrorsGo(Node node, int workers, Exchange call)
    {
        foreach (Exchange each in Calls(call))
        {
            Exchange known = each with { Seen = each.Seen with { Port = SeenPort(node, each) } };

            for (int queue = 0; queue < workers; queue++)
            {
                node.Receive(known.Server.Door.Vif, known.Server.Door.Frame(Unreachable(known.Server.Address, known.Seen.Address, known.Arriving.Bytes)), queue);
                byte[] told = known.Client.Door.Taken(node);
                Assert.That(told, Is.EqualTo(Unreachable(known.Called.Address, known.Client.Address, known.Request.After(known.HopsThere).Bytes, (byte)(64 - known.HopsBack))));
            }
        }

        Assert.That(node.Flows(), Has.Length.EqualTo(2 * Count));
    }

    private static IEnumerable<Exchange> Calls(Exchange call) =>
        Enumerable.Range(2000, Count).Select(port => call with { Client = call.Client with { Port = (ushort)port }, Seen = call.Seen with { Port = (ushort)port } });

    /// <summary>Lets the client ask, and says by which port the server sees it.</summary>
    private static ushort SeenPort(Node node, Exchange call)
    {
        node.Receive(call.Client.Door.Vif, call.Client.Door.Frame(call.Request.Bytes));
        byte[] arrived = call.Server.Door.Taken(node);
        int ports = arrived[0] >> 4 == 6 ? 40 : 20;
        return (ushort)(arrived[ports] << 8 | arrived[ports + 1]);
    }

    private static byte[] Unreachable(string from, string to, byte[] about, byte ttl = 64)
    {
        bool isIpv6 = about[0] >> 4 == 6;
        return Craft.Icmp(from, to, isIpv6 ? Icmpv6Type.DestinationUnreachable : IcmpType.DestinationUnreachable, isIpv6 ? (byte)4 : (byte)3, 0, about, ttl);
    }

    private static DataPlaneOptions Options(int workers) => new() { Frames = 8192, Workers = workers };
}
