using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Nothing is allocated for a packet, whatever becomes of its flow.</summary>
[TestFixture]
public sealed class AllocationTests
{
    [Test]
    public void IsNoneForFlowsThatAreSetUpAndTimeOut()
    {
        using Node node = Lab.Start().Apply(new Transaction { Settings = new Settings { FlowTimeouts = new() { Udp = TimeSpan.FromSeconds(1) } } });
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2"));

        Assert.That(new Flood(node, frame).Allocated(isNew: true), Is.Zero);
        Assert.That(node.Plane.ReadCounters().FlowsCreated, Is.GreaterThan(2 * Flood.Batch * Flood.Rounds - 1));
        Assert.That(node.Plane.ReadCounters().Flows, Is.LessThan(4 * Flood.Batch * 110));
    }

    [Test]
    public void IsNoneForFlowsThatStand([Values] bool isIpv6, [Values] bool isTcp)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node, isIpv6);
        dialogue = isTcp ? dialogue.Connect() : dialogue;
        byte[] frame = Lab.FromTenant(isTcp ? dialogue.Tcp(TcpFlags.Ack, 101, 501) : dialogue.Udp());

        Assert.That(new Flood(node, frame).Allocated(isNew: false), Is.Zero);
        Assert.That(node.Plane.ReadCounters().Flows, Is.EqualTo(2));
        Assert.That(node.Dropped(), Is.Zero);
    }

    [Test]
    public void IsNoneForFlowsThatAreDenied([Values] bool isNew, [Values] bool byRule)
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, byRule ? [Ingress("no", RuleAction.Deny)] : []);

        Assert.That(new Flood(node, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3"))).Allocated(isNew), Is.Zero);
        Assert.That(node.Dropped(), Is.GreaterThan(Flood.Batch * Flood.Rounds - 1));
    }

    [Test]
    public void IsNoneForFlowsInAFullTable()
    {
        using Node node = Lab.Start().Apply(new Transaction { Settings = new Settings { MaxFlows = 1000 } });

        Assert.That(new Flood(node, Lab.FromTenant(Dialogue.Remote(node).Tcp(TcpFlags.Syn, 1))).Allocated(isNew: true), Is.Zero);
        Assert.That(node.Plane.ReadCounters().Flows, Is.EqualTo(1000));
    }

    [Test]
    public void IsNoneForFlowsThatAreDecidedAnew()
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("a"));
        var flood = new Flood(node, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));
        flood.Walk(isNew: false);
        int changes = 0;

        Assert.That(Allocations.Fewest(Redecide), Is.Zero);
        Assert.That(node.Redecided(), Is.EqualTo(changes));

        long Redecide()
        {
            long allocated = 0;

            for (int i = 0; i < 100; i++)
            {
                node.Rule(Lab.Neighbour, Ingress(changes++ % 2 == 0 ? "b" : "a"));
                allocated += Allocations.Once(() => flood.Walk(isNew: false));
            }

            return allocated;
        }
    }
}
