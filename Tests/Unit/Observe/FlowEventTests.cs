using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Observe;

/// <summary>What people are told of flows that begin and end.</summary>
public sealed class FlowEventTests
{
    private static readonly DataPlaneOptions s_telling = new() { Frames = 4096, FlowEvents = true };

    [Test]
    public void TellOfTheBeginningAndTheEnd()
    {
        using Node node = Lab.Start(options: s_telling);
        DateTimeOffset began = node.Clock.GetUtcNow();
        node.Receive(Lab.Tenant, LocalPacket());
        FlowEvent started = Taken(node).Single();
        node.Receive(Lab.Tenant, LocalPacket());
        node.Wait(125);

        FlowEvent ended = Taken(node).Single();

        Assert.That((started.Kind, started.Time), Is.EqualTo((FlowEventKind.Started, began)));
        Assert.That(started.Records.Select(record => (record.Key.Vif.Value, record.Packets)), Is.EqualTo(new[] { (Lab.Tenant, 1), (Lab.Neighbour, 0) }));
        Assert.That(ended.Kind, Is.EqualTo(FlowEventKind.Ended));
        Assert.That(ended.Time - began, Is.InRange(TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(120.3)));
        Assert.That(ended.Records.Select(record => (record.Key, record.Packets)), Is.EqualTo(started.Records.Select((record, i) => (record.Key, 2 - 2 * (ulong)i))));
        Assert.That(ended.Records.Select(record => (record.EndReason, record.Started, record.LastSeen)), Is.All.EqualTo((FlowEndReason.TimedOut, began, began)));
    }

    [Test]
    public void AreNoneUnlessAskedFor()
    {
        using Node node = Lab.Start();

        node.Receive(Lab.Tenant, LocalPacket());

        Assert.That(Taken(node), Is.Empty);
        Assert.That(node.Plane.ReadFlows().Count(), Is.EqualTo(2));
    }

    [Test]
    public void ComeInTheOrderOfTimeFromAllWorkers()
    {
        using Node node = Lab.Start(options: s_telling with { Workers = 3 });
        var wanted = new List<int>();

        for (int i = 0; i < 60; i++)
        {
            wanted.Add(5000 + i);
            node.Receive(Lab.Tenant, LocalPacket(from: wanted[i]));
            node.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.That(Taken(node).Select(item => (int)item.Records[0].Key.SourcePort), Is.EqualTo(wanted));
    }

    [Test]
    public void SayHowManyWereLost()
    {
        using Node node = Lab.Start(options: s_telling);

        for (int i = 0; i < FlowLog.DefaultCapacity + 5; i++)
        {
            node.Receive(Lab.Tenant, LocalPacket(from: 1 + i % 60000, to: 1 + i / 60000));
        }

        var taken = new List<FlowEvents> { node.Plane.TakeFlowEvents() };

        while (taken[^1].Events.Count > 0)
        {
            taken.Add(node.Plane.TakeFlowEvents());
        }

        Assert.That(taken.Sum(events => events.Events.Count), Is.EqualTo(FlowLog.DefaultCapacity));
        Assert.That(taken.Sum(events => events.Lost), Is.EqualTo(5));
    }

    [Test]
    public void NameAVifThatIsGoneAndWhoseIndexIsAnothers()
    {
        using Node node = Lab.Start(options: s_telling);
        node.Receive(Lab.Tenant, LocalPacket());
        _ = Taken(node);

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Neighbour))] });
        node.Forget(Lab.Neighbour);
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(7, 1)] });
        node.Receive(7, Lab.FromTenant(Craft.Udp("10.1.0.7", "10.1.0.2"), 7));

        FlowEvent[] events = Taken(node);
        Assert.That(events.Select(item => item.Records.Select(record => record.Key.Vif.Value)), Is.EqualTo(new[]
        {
            new[] { Lab.Tenant, Lab.Neighbour },
            [7, Lab.Tenant],
        }));
        Assert.That(events[0].Records.Select(record => record.EndReason), Is.All.EqualTo(FlowEndReason.InterfaceRemoved));
    }

    [Test]
    public void NameAVrfAndANextHopThatAreGone()
    {
        using Node node = Lab.Start(options: s_telling);
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip(Lab.Peer(false))) { Label = 8 }], Routes = [Lab.Route(2, "10.2.0.0/16", 11)] });
        node.Receive(Lab.Other, Lab.FromTenant(Craft.Udp("10.1.0.3", "10.2.0.9"), Lab.Other));

        node.Apply(new Transaction
        {
            Deletes =
            [
                ObjectKey.Of(new VrfId(2), Node.Prefix("10.2.0.0/16")), ObjectKey.Of(new NextHopId(11)), ObjectKey.Of(new VifId(Lab.Other)), ObjectKey.Of(new VrfId(2)),
            ],
        });
        node.Forget(Lab.Other);
        node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(5))], NextHops = [new DiscardNextHop(new NextHopId(12)), new DiscardNextHop(new NextHopId(13)), new DiscardNextHop(new NextHopId(14))] });

        FlowRecord record = Taken(node).Last(item => item.Kind == FlowEventKind.Ended).Records[0];
        Assert.That((record.Key.Vrf.Value, record.Key.Vif.Value, record.NextHop.Value), Is.EqualTo((2, Lab.Other, 11)));
    }

    [Test]
    public void NameARuleThatIsGone()
    {
        using Node node = FlowRecordTests.Guarded([Egress("out")], [Ingress("no", RuleAction.Deny)], s_telling);
        node.Receive(Lab.Tenant, LocalPacket());

        node.Apply(new Transaction
        {
            Vifs = [Lab.TenantVif(Lab.Neighbour, 1)],
            Deletes = [ObjectKey.Of(new SecurityGroupId(8000002))],
        });
        node.Receive(Lab.Tenant, LocalPacket());

        FlowEvent[] events = Taken(node);
        Assert.That(
            events.Select(item => (item.Kind, item.Records[0].EndReason, item.Records[0].RuleId)),
            Is.EqualTo(new[]
            {
                (FlowEventKind.Started, FlowEndReason.None, "no"),
                (FlowEventKind.Ended, FlowEndReason.Revalidated, "no"),
                (FlowEventKind.Started, FlowEndReason.None, "out"),
            }));
    }

    private static byte[] LocalPacket(int from = 1000, int to = 2000) => Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3", from: (ushort)from, to: (ushort)to));

    private static FlowEvent[] Taken(Node node) => [.. node.Plane.TakeFlowEvents().Events];
}
