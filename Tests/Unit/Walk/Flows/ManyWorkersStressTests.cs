using System.Buffers.Binary;
using System.Collections.Concurrent;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>
/// Conversations of all sorts at once through running workers, each packet on any queue, beside the same ones through one worker, one by one:
/// what becomes of every packet and of every flow is the same.
/// </summary>
[TestFixture]
public sealed class ManyWorkersStressTests
{
    private const uint Allowed = 1, Serving = 2;
    private const int Conversations = 600;
    private const ushort FirstPort = 10_000;
    private const string Service = "10.1.0.100", Remote = "10.2.0.2", Client = "10.1.0.2", Server = "10.1.0.3";

    private static readonly Kind[] s_kinds = [Kind.Local, Kind.Denied, Kind.Service, Kind.Remote];

    private enum Kind
    {
        /// <summary>From tenant to tenant.</summary>
        Local,

        /// <summary>To a port that the receiver's groups do not let in.</summary>
        Denied,

        /// <summary>To a floating IP with another port behind it: its answers hash to another worker as often as not.</summary>
        Service,

        /// <summary>Into a tunnel, and answers out of it.</summary>
        Remote,
    }

    [Test]
    public void MakeNoDifference([Values(2, 3, 8)] int workers)
    {
        (SortedDictionary<string, string> packets, List<string> flows) = Run(1, 1, started: false);
        (SortedDictionary<string, string> packetsOfMany, List<string> flowsOfMany) = Run(workers, workers, started: true);

        Assert.That(packets, Has.Count.EqualTo(5 * Conversations), "what becomes of every packet is known");
        Assert.That(packetsOfMany, Is.EqualTo(packets));
        Assert.That(flowsOfMany, Is.EqualTo(flows));
    }

    [Test]
    public void MakeNoDifferenceWhereAllArriveOnOneQueue([Values(2, 4)] int workers)
    {
        (SortedDictionary<string, string> packets, List<string> flows) = Run(1, 1, started: false);
        (SortedDictionary<string, string> packetsOfMany, List<string> flowsOfMany) = Run(workers, 1, started: true);

        Assert.That(packetsOfMany, Is.EqualTo(packets));
        Assert.That(flowsOfMany, Is.EqualTo(flows));
    }

    /// <summary>What became of each packet, by conversation and step, and the flows at the end.</summary>
    private static (SortedDictionary<string, string> Packets, List<string> Flows) Run(int workers, int queues, bool started)
    {
        var fates = new ConcurrentDictionary<string, string>();
        int step = 0;
        using Node node = new(new DataPlaneOptions
        {
            Frames = 16_384,
            Workers = workers,
            OnDrop = drop => fates.TryAdd($"{ConversationOf(drop.Packet.Span, drop.Vif.Value):d5} {step}", $"{drop.Reason} {drop.RuleId}"),
        })
        { Queues = queues };

        node.Apply(Configuration());
        var random = new Random(workers);

        if (started)
        {
            node.Plane.Start();
        }

        for (; step < 5; step++)
        {
            foreach (int conversation in Enumerable.Range(0, Conversations).OrderBy(_ => random.Next()))
            {
                (uint vif, byte[] frame) = PacketOf(conversation, step);
                Deliver(node, vif, frame, random.Next(queues), started);
            }

            Settle(node, (step + 1) * Conversations, started);
            Collect(node, fates, step);
        }

        node.Plane.Stop();
        node.AssertBalanced();
        Assert.That(node.Plane.ReadCounters().Vifs.Sum(vif => vif.Held), Is.Zero);

        return (new SortedDictionary<string, string>(fates, StringComparer.Ordinal), [.. node.Plane.ReadFlows().Select(Described).Order(StringComparer.Ordinal)]);
    }

    private static void Deliver(Node node, uint vif, byte[] frame, int queue, bool started)
    {
        while (!node.Port(vif).TryDeliver(frame, queue))
        {
            if (started)
            {
                Thread.Yield();
            }
            else
            {
                node.Settle();
            }
        }
    }

    // Nothing is under way when all that was delivered has been received and nothing is held.
    private static void Settle(Node node, long delivered, bool started)
    {
        if (!started)
        {
            node.Settle();
            return;
        }

        bool isQuiet = SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(5);
                Counters counters = node.Plane.ReadCounters();
                return counters.Vifs.Sum(vif => vif.RxPackets) == delivered && counters.Vifs.Sum(vif => vif.Held) == 0;
            },
            TimeSpan.FromSeconds(60));
        Assert.That(isQuiet, Is.True, "the workers come to rest");
    }

    private static void Collect(Node node, ConcurrentDictionary<string, string> fates, int step)
    {
        foreach ((uint vif, byte[] packet) in node.SentAnywhere())
        {
            byte[] inner = vif == Lab.Fabric ? Tunnelled.Read(packet).Inner : packet[14..];
            string tunnel = vif == Lab.Fabric ? $" from port {Tunnelled.Read(packet).SourcePort}" : "";
            Assert.That(fates.TryAdd($"{ConversationIn(inner):d5} {step}", $"{vif}{tunnel} {Convert.ToHexString(inner)}"), Is.True, $"one packet out for one in: {vif} {Convert.ToHexString(packet)} {fates.GetValueOrDefault($"{ConversationIn(inner):d5} {step}")}");
        }
    }

    /// <summary>The packet of a step: there, back, there, there, back.</summary>
    private static (uint Vif, byte[] Frame) PacketOf(int conversation, int step)
    {
        Kind kind = s_kinds[conversation % s_kinds.Length];
        ushort client = (ushort)(FirstPort + conversation);
        bool isBack = step is 1 or 4;
        byte[] payload = [(byte)conversation, (byte)step];

        return (kind, isBack) switch
        {
            (Kind.Denied, _) => (Lab.Tenant, Lab.FromTenant(Craft.Udp(Client, Server, payload, client, 5000))),
            (Kind.Local, false) => (Lab.Tenant, Lab.FromTenant(Craft.Udp(Client, Server, payload, client, 2000))),
            (Kind.Service, false) => (Lab.Tenant, Lab.FromTenant(Craft.Udp(Client, Service, payload, client, 80))),
            (Kind.Remote, false) => (Lab.Tenant, Lab.FromTenant(Craft.Udp(Client, Remote, payload, client, 2000))),
            (Kind.Local, true) => (Lab.Neighbour, Lab.FromTenant(Craft.Udp(Server, Client, payload, 2000, client), Lab.Neighbour)),
            (Kind.Service, true) => (Lab.Neighbour, Lab.FromTenant(Craft.Udp(Server, Client, payload, 8080, client), Lab.Neighbour)),
            _ => (Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp(Remote, Client, payload, 2000, client))),
        };
    }

    private static Transaction Configuration()
    {
        Transaction lab = Lab.Configuration();
        lab.Vifs.RemoveAll(vif => vif.Id.Value is Lab.Tenant or Lab.Neighbour);
        lab.Vifs.Add(Lab.TenantVif(Lab.Tenant, 1) with { SecurityGroups = [new SecurityGroupId(Allowed)] });
        lab.Vifs.Add(Lab.TenantVif(Lab.Neighbour, 1) with { SecurityGroups = [new SecurityGroupId(Serving)] });
        lab.NextHops.Add(new VifNextHop(new NextHopId(3), new VifId(Lab.Neighbour)));
        lab.Routes.Add(Lab.Route(1, $"{Service}/32", 3));
        lab.SecurityGroups.Add(new SecurityGroup(new SecurityGroupId(Allowed), "client", [new() { Id = "all-out", Direction = RuleDirection.Egress }]));
        lab.SecurityGroups.Add(new SecurityGroup(new SecurityGroupId(Serving), "server", [Ingress("direct", 2000), Ingress("service", 8080)]));
        lab.FloatingIps.Add(new FloatingIp(new VrfId(1), Node.Ip(Service)) { Vifs = [new VifId(Lab.Neighbour)], PortMappings = [new PortMapping(IpProtocol.Udp, 80, 8080)] });
        return lab;
    }

    private static SecurityRule Ingress(string id, uint port) =>
        new() { Id = id, Direction = RuleDirection.Ingress, Protocol = IpProtocol.Udp, DestinationPorts = [new PortRange(port, port)] };

    private static string Described(FlowRecord flow) => $"{flow.Key} {flow.ReverseKey} {flow.Action} {flow.RuleId} {flow.Packets} {flow.Bytes} {flow.DropReason}";

    private static int ConversationOf(ReadOnlySpan<byte> frame, uint vif) => ConversationIn(vif == Lab.Fabric ? frame[(14 + 20 + 8 + 8 + 14)..] : frame[14..]);

    // The client's port is the only one up there.
    private static int ConversationIn(ReadOnlySpan<byte> packet) =>
        Math.Max(BinaryPrimitives.ReadUInt16BigEndian(packet[20..]), BinaryPrimitives.ReadUInt16BigEndian(packet[22..])) - FirstPort;
}
