using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;

namespace VRouter.Tests.Unit.Observe;

/// <summary>Listing, counting and deleting flows.</summary>
public sealed class FlowListTests
{
    private const int Many = 3000;

    [Test]
    public void HoldsEveryDirectionOfEveryWorkersFlowsOnce([Values(1, 3)] int workers)
    {
        using Node node = Filled(workers);

        int[] ports = [.. node.Plane.ReadFlows(new FlowFilter { Source = Node.Ip("10.1.0.2") }).Select(record => (int)record.Key.SourcePort)];

        Assert.That(ports.Order(), Is.EqualTo(Enumerable.Range(1, Many)));
        Assert.That(node.Plane.ReadFlows().Count(), Is.EqualTo(2 * Many));
    }

    [Test]
    public void IsAsLongAsTheCountersSay([Values(1, 3)] int workers)
    {
        using Node node = Filled(workers);
        node.Plane.DeleteFlows(new FlowFilter { SourcePort = 7 });

        Counters counters = node.Plane.ReadCounters();

        Assert.That((counters.Flows, counters.FlowsCreated), Is.EqualTo((2 * Many - 2, 2 * Many)));
        Assert.That(node.Plane.ReadFlows().Count(), Is.EqualTo(counters.Flows));
        Assert.That(counters.Workers.Sum(worker => worker.HandedOff), workers == 1 ? Is.Zero : Is.InRange(Many / 4, Many));
    }

    [Test]
    public void ReadsNoFurtherThanItsReader()
    {
        using Node node = Filled(1);

        IEnumerator<FlowRecord> flows = node.Plane.ReadFlows().GetEnumerator();
        Assert.That(flows.MoveNext(), Is.True);
        node.Plane.DeleteFlows(FlowFilter.All);

        Assert.That(Count(flows), Is.LessThan(2 * FlowPiece.Size));
    }

    [Test]
    public void LosesTheFlowsThatAreDeletedBothWays()
    {
        using Node node = Lab.Start(options: new DataPlaneOptions { Frames = 4096, FlowEvents = true });
        node.Receive(Lab.Tenant, Packet(1));
        node.Receive(Lab.Tenant, Packet(2));
        _ = node.Plane.TakeFlowEvents();

        Assert.That(node.Plane.DeleteFlows(new FlowFilter { DestinationPort = 2, Endpoint = new VifId(Lab.Tenant) }), Is.EqualTo(2));
        Assert.That(node.Plane.DeleteFlows(new FlowFilter { DestinationPort = 2 }), Is.Zero);

        FlowEvent ended = node.Plane.TakeFlowEvents().Events.Single();
        Assert.That(ended.Records.Select(record => (record.Key.SourcePort, record.EndReason)), Is.EqualTo(new[] { (2, FlowEndReason.Deleted), (2000, FlowEndReason.Deleted) }));
        Assert.That(node.Plane.ReadFlows().Select(record => record.Key.SourcePort), Is.EqualTo(new[] { 1, 2000 }));
    }

    [Test]
    public void IsReadWhileWorkersWalk()
    {
        using Node node = Filled(2);
        node.Plane.Start();

        Assert.That(node.Plane.ReadFlows().Count(), Is.EqualTo(2 * Many));
        Assert.That(node.Plane.DeleteFlows(new FlowFilter { Protocol = IpProtocol.Udp }), Is.EqualTo(2 * Many));
        Assert.That(node.Plane.ReadFlows(), Is.Empty);
        node.Plane.Stop();
    }

    private static Node Filled(int workers)
    {
        Node node = Lab.Start(options: new DataPlaneOptions { Frames = 4096, Workers = workers });

        for (int port = 1; port <= Many; port++)
        {
            node.Receive(Lab.Tenant, Packet(port));
            _ = node.SentAll(Lab.Neighbour);
        }

        return node;
    }

    private static byte[] Packet(int port) => Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3", from: (ushort)port));

    private static int Count(IEnumerator<FlowRecord> flows)
    {
        int count = 0;

        while (flows.MoveNext())
        {
            count++;
        }

        return count;
    }
}
