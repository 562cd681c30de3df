using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>More flows than there may be (semantics, section 4).</summary>
[TestFixture]
public sealed class PressureTests
{
    [Test]
    public void TakesDeniedFlowsFirstThenClosedThenTheHalfOpenOnesLongestUnused()
    {
        using Node node = Limited(flows: 10).Guard(Lab.Neighbour, Ingress("udp", RuleAction.Deny) with { Protocol = IpProtocol.Udp }, Ingress("all", priority: 1));
        Dialogue first = Dialogue.Remote(node) with { ClientPort = 1 }, second = first with { ClientPort = 2 }, established = first with { ClientPort = 3 };
        Dialogue closed = Dialogue.Local(node) with { ClientPort = 4 };
        first.SendUdp();
        node.Wait(0.1);
        second.Send(TcpFlags.Syn, 1);
        node.Wait(0.1);
        first.SendUdp();
        node.Wait(0.1);
        established.Connect();
        closed.Connect().Send(TcpFlags.Rst, 101);
        Assert.That((Dialogue.Local(node) with { ClientPort = 5 }).SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(Ports(node), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));

        int[][] left = [.. Enumerable.Range(11, 4).Select(port => Ports(node, (first with { ClientPort = (ushort)port }).SendUdp()))];

        Assert.That(left[0], Is.EqualTo(new[] { 1, 2, 3, 4, 11 }), "denied");
        Assert.That(left[1], Is.EqualTo(new[] { 1, 2, 3, 11, 12 }), "closed");
        Assert.That(left[2], Is.EqualTo(new[] { 1, 3, 11, 12, 13 }), "half-open, and not used for longest");
        Assert.That(left[3], Is.EqualTo(new[] { 3, 11, 12, 13, 14 }));
        Assert.That(node.Dropped(), Is.EqualTo(1));
    }

    [Test]
    public void NeverTakesEstablishedFlows([Values] bool tcp)
    {
        using Node node = Limited(flows: 4);
        Dialogue[] established = [.. Enumerable.Range(1, 2).Select(port => Dialogue.Remote(node) with { ClientPort = (ushort)port })];

        foreach (Dialogue dialogue in established)
        {
            Establish(dialogue, tcp);
        }

        Drop drop = node.AssertDropped(Lab.Neighbour, End.Neighbour().FrameOf(Craft.Udp("10.1.0.3", "10.2.0.2")), DropReason.FlowTableFull);
        Assert.That(drop.Object, Is.EqualTo(default(ObjectKey)));
        Assert.That(Ports(node), Is.EqualTo(new[] { 1, 2 }));
        node.Wait(tcp ? 7201 : 121);
        Assert.That((Dialogue.Remote(node) with { ClientPort = 9 }).SendUdp(), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void KeepsNothingOfWhatIsDeniedWhereThereIsNoRoom()
    {
        using Node node = Limited(flows: 2).Guard(Lab.Neighbour);
        Establish(Dialogue.Remote(node), tcp: false);

        foreach (int _ in (int[])[1, 2])
        {
            Assert.That(Dialogue.Local(node).SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied), "for that reason all the same");
        }

        Assert.That(node.Flows(), Has.Length.EqualTo(2));
    }

    [Test]
    public void PushesNothingOutForWhatIsDenied()
    {
        using Node node = Limited(flows: 2).Guard(Lab.Neighbour);
        Dialogue.Remote(node).SendUdp();

        Dialogue.Local(node).SendUdp();

        Assert.That(node.Flows().Select(flow => flow.Action), Is.All.EqualTo(FlowAction.Forward));
    }

    [Test]
    public void BoundsTheFlowsOfAnInterface([Values] bool ownLimit, [Values] bool receives)
    {
        using Node node = Lab.Start();
        node.Apply(ownLimit
            ? new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { MaxFlows = 4 }] }
            : new Transaction { Settings = new Settings { MaxFlowsPerInterface = 4 } });
        Dialogue dialogue = receives ? Dialogue.Remote(node).Reversed : Dialogue.Remote(node);

        for (ushort port = 1; port <= 2; port++)
        {
            Assert.That((dialogue with { ClientPort = port }).SendUdp(), Is.EqualTo(DropReason.None));
        }

        Assert.That((dialogue with { ClientPort = 3 }).SendUdp(), Is.EqualTo(DropReason.FlowLimit));
        Assert.That(node.Plane.ReadDrops()[^1].Object, Is.EqualTo(ObjectKey.Of(new VifId(Lab.Tenant))));
        Assert.That((dialogue with { ClientPort = 2 }).SendUdp(), Is.EqualTo(DropReason.None), "those that stand go on");
        Assert.That((Dialogue.Remote(node) with { Client = End.Neighbour() }).SendUdp(), Is.EqualTo(DropReason.None), "others have a limit of their own");
        node.Wait(122);
        Assert.That((dialogue with { ClientPort = 3 }).SendUdp(), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void LeavesAPacketThatIsYetToBeCutAsWhatItIs()
    {
        using Node node = Limited(flows: 2);
        node.Apply(new Transaction
        {
            FloatingIps = [new FloatingIp(new VrfId(2), Node.Ip("203.0.113.5")) { Vifs = [new VifId(Lab.Tenant)] }],
            Routes = [Lab.Route(2, "198.51.100.0/24", 10)],
        });

        // In one batch: the second one's flow takes the first one's place.
        byte[][] frames = [Lab.FromTenant(Craft.Udp("10.1.0.2", "198.51.100.1", new byte[1472], from: 1111)), Lab.FromTenant(Craft.Udp("10.1.0.2", "198.51.100.2", from: 2222))];
        Assert.That(frames.All(frame => node.Port(Lab.Tenant).TryDeliver(frame)));
        node.Settle();

        byte[][] sent = [.. node.SentAll(Lab.Fabric).Select(frame => Tunnelled.Read(frame).Inner)];
        Assert.That(sent.Select(inner => Convert.ToHexString(inner[12..20])), Is.EquivalentTo(new[] { "CB007105C6336401", "CB007105C6336401", "CB007105C6336402" }));
        Assert.That(sent.Count(inner => inner[20] << 8 == (1111 & 0xFF00) && inner[21] == (1111 & 0xFF)), Is.EqualTo(1));
    }

    [Test]
    public void OfOneTenantsSynsLeavesOthersConnectionsAlone()
    {
        using Node node = Limited(flows: 400);
        Dialogue[] others = [.. Enumerable.Range(1, 50).Select(port => Dialogue.Remote(node) with { Client = End.Neighbour(), ClientPort = (ushort)port })];

        foreach (Dialogue other in others)
        {
            other.Connect();
        }

        for (int i = 0; i < 2000; i++)
        {
            Dialogue flood = Dialogue.Remote(node) with { ClientPort = (ushort)i, ServerPort = (ushort)(i * 7) };
            Assert.That(node.Port(Lab.Tenant).TryDeliver(flood.Client.FrameOf(flood.Tcp(TcpFlags.Syn, (uint)i))), Is.True);

            if (i % 40 == 0)
            {
                node.Settle();
                node.SentAnywhere();
                Assert.That(others[i / 40].Send(TcpFlags.Ack, 101, 501, payload: 10), Is.EqualTo(DropReason.None));
                Assert.That(others[i / 40].Answer(TcpFlags.Ack, 501, 111), Is.EqualTo(DropReason.None));
            }
        }

        node.Settle();
        FlowRecord[] kept = [.. node.Flows().Where(flow => flow.TcpState == TcpState.Established)];
        Assert.That(kept, Has.Length.EqualTo(100));
        Assert.That(kept.Sum(flow => (long)flow.Packets), Is.EqualTo(50 * 5));
        Assert.That(node.Plane.ReadCounters().Flows, Is.EqualTo(400));
        Assert.That(node.Counters(Lab.Neighbour).Drops, Is.Empty);
    }

    private static Node Limited(uint flows) => Lab.Start().Apply(new Transaction { Settings = new Settings { MaxFlows = flows } });

    private static void Establish(Dialogue dialogue, bool tcp)
    {
        if (tcp)
        {
            dialogue.Connect();
        }
        else
        {
            dialogue.SendUdp();
            dialogue.AnswerUdp();
        }
    }

    private static int[] Ports(Node node, DropReason reason = DropReason.None)
    {
        Assert.That(reason, Is.EqualTo(DropReason.None));
        return [.. node.Flows().Where(flow => flow.Key.DestinationPort == 80).Select(flow => (int)flow.Key.SourcePort).Order()];
    }
}
