using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>However many workers there are, on whatever queues packets come, and in whatever turns: the same flows, packets and books.</summary>
[TestFixture]
public sealed class FlowsOfWorkersProperties
{
    private const int Dialogues = 60;
    private const int Packets = 900;

    [Test]
    public void AreThoseOfOneWorker([Values(2, 3, 8)] int workers, [Values(1, 8)] int queues, [Values] bool started)
    {
        int seed = 1000 * workers + queues;
        var random = new Random(seed);
        using Node one = Start(1, 1), many = Start(workers, Math.Min(queues, workers));
        (uint Vif, byte[] Frame)[][] traffic = TrafficOf(one, random);
        long sent = 0;

        // So few at a time that no ring overflows, whoever has to wait for a processor.
        foreach ((uint Vif, byte[] Frame)[] part in traffic.SelectMany(part => part.Chunk(100)))
        {
            sent += part.Length;
            Send(one, part, random, sent, started: false);
            Send(many, part, random, sent, started);
        }

        Assert.That(Flows(many), Is.EqualTo(Flows(one)));
        Assert.That(Sent(many), Is.EqualTo(Sent(one)));
        Assert.That(Books(many), Is.EqualTo(Books(one)));
    }

    private static Node Start(int workers, int queues)
    {
        var node = new Node(new DataPlaneOptions { Frames = 16384, Workers = workers }) { Queues = queues };
        return node.Apply(Lab.Configuration()).Guard(Lab.Neighbour, Ingress("udp") with { Protocol = IpProtocol.Udp }, Egress("all"));
    }

    /// <summary>First packets, which decide; then whatever may come, in no order.</summary>
    private static (uint Vif, byte[] Frame)[][] TrafficOf(Node node, Random random)
    {
        Dialogue[] dialogues = [.. Enumerable.Range(1, Dialogues).Select(number => DialogueOf(node, number, random))];

        return
        [
            [.. dialogues.Select(dialogue => (dialogue.Client.Vif, dialogue.Client.FrameOf(dialogue.Udp())))],
            [.. Enumerable.Range(0, Packets).SelectMany(number => PacketsOf(dialogues[random.Next(Dialogues)], (uint)number, random))],
        ];
    }

    private static Dialogue DialogueOf(Node node, int number, Random random)
    {
        bool isIpv6 = random.Next(2) == 0;
        Dialogue dialogue = random.Next(3) switch
        {
            0 => Dialogue.Local(node, isIpv6),
            1 => Dialogue.Remote(node, isIpv6),
            _ => Dialogue.Remote(node, isIpv6) with { Client = End.Neighbour(isIpv6) },
        };

        return (random.Next(2) == 0 ? dialogue : dialogue.Reversed) with { ClientPort = (ushort)(1000 + number) };
    }

    private static (uint Vif, byte[] Frame)[] PacketsOf(Dialogue dialogue, uint number, Random random)
    {
        byte[] payload = new byte[random.Next(100, 300)];
        bool isBack = random.Next(2) == 0;
        (End from, End to) = isBack ? (dialogue.Server, dialogue.Client) : (dialogue.Client, dialogue.Server);
        byte[] packet = isBack ? dialogue.UdpBack(payload) : dialogue.Udp(payload);

        byte[][] packets = random.Next(8) switch
        {
            0 => [RelatedErrorsTests.Error(from.Address, to.Address, isBack ? dialogue.Udp() : dialogue.UdpBack())],
            1 => Shuffled(Fragments.Of(packet, number, 64), random),
            _ => [packet],
        };

        return [.. packets.Select(each => (from.Vif, from.FrameOf(each))), .. random.Next(10) == 0 ? EchoOf(dialogue) : []];
    }

    // Asked by the client only: who is denied depends on who asks first.
    private static (uint Vif, byte[] Frame)[] EchoOf(Dialogue dialogue)
    {
        byte type = dialogue.Client.IsIpv6 ? Icmpv6Type.Echo : IcmpType.Echo;
        return [(dialogue.Client.Vif, dialogue.Client.FrameOf(Craft.Icmp(dialogue.Client.Address, dialogue.Server.Address, type, 0, (uint)dialogue.ClientPort << 16, Craft.Payload)))];
    }

    private static byte[][] Shuffled(byte[][] pieces, Random random)
    {
        random.Shuffle(pieces);
        return pieces;
    }

    /// <summary>Packets on random queues; workers in random turns, or as they come to run.</summary>
    private static void Send(Node node, (uint Vif, byte[] Frame)[] packets, Random random, long sentInAll, bool started)
    {
        if (started)
        {
            node.Plane.Start();
        }

        foreach ((uint vif, byte[] frame) in packets)
        {
            int queue = random.Next(node.Port(vif).QueueCount);
            Assert.That(SpinWait.SpinUntil(() => node.Port(vif).TryDeliver(frame, queue), TimeSpan.FromSeconds(20)), Is.True);

            if (!started)
            {
                node.Plane.Step(random.Next(node.Plane.Options.Workers));
            }
        }

        if (started)
        {
            Assert.That(SpinWait.SpinUntil(() => HasWalked(node, sentInAll), TimeSpan.FromSeconds(60)), Is.True);
            node.Plane.Stop();
        }

        node.Settle();
    }

    private static bool HasWalked(Node node, long packets) => node.Plane.ReadCounters().Vifs.Sum(vif => vif.RxPackets) == packets;

    private static List<string> Flows(Node node) =>
        [.. node.Flows().Select(flow => $"{flow.Key} {flow.ReverseKey} {flow.Action} {flow.NextHop} {flow.RuleId} {flow.Packets} {flow.Bytes}").Order()];

    // The outer header's identification, and its checksum, count what one worker sends.
    private static List<string> Sent(Node node) => [.. node.SentAnywhere()
        .Select(sent => $"{sent.Vif} {Convert.ToHexString(sent.Vif == Lab.Fabric ? sent.Packet[26..] : sent.Packet)}").Order()];

    private static List<string> Books(Node node) => [.. node.Plane.ReadCounters().Vifs.Select(vif =>
        $"{vif.Vif}: {vif.RxPackets} {vif.RxBytes} {vif.TxPackets} {vif.TxBytes} {vif.Made} {vif.Consumed} {vif.Held} {string.Join(",", vif.Drops.OrderBy(drop => drop.Key))}")];
}
