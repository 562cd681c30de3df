using NUnit.Framework;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>How flows end whose time has come, many at the same time.</summary>
[TestFixture]
public sealed class FlowAgeingTests
{
    private const int Flows = 200;

    [Test]
    public void GoesOnAFewAtATimeWhilePacketsComeAndFasterWhenNoneDo()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Settings = new Settings { FlowTimeouts = new FlowTimeouts { Udp = TimeSpan.FromSeconds(1) } } });

        for (ushort port = 1; port <= Flows; port++)
        {
            Send(node, port);
            node.Settle();
        }

        node.Clock.Advance(TimeSpan.FromSeconds(5));
        Send(node, 1);
        node.Plane.Step();
        int whilePacketsCame = Ended(node);
        node.Plane.Step();

        Assert.That(whilePacketsCame, Is.InRange(1, Flows / 4));
        Assert.That(Ended(node), Is.GreaterThanOrEqualTo(Flows - 1));
    }

    private static int Ended(Node node) => (int)node.Plane.Workers.Sum(worker => worker.Flows.Ended) / 2;

    private static void Send(Node node, ushort port) => Assert.That(
        node.Port(Lab.Tenant).TryDeliver(Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, false), Lab.Remote(false), from: port))), Is.True);
}
