using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Groups that change while flows go to their members: a flow keeps its member as long as that is there, and moves when it is not (semantics, section 6).</summary>
[TestFixture]
public sealed class GroupChangesTests
{
    private const string Address = "10.9.0.1";
    private const int Flows = 16;

    private static readonly uint[] s_labels = [101, 102, 103];

    [Test]
    public void MoveTheFlowsOfAMemberThatGoesAndNoOthers()
    {
        using Node node = Start();
        uint[] before = [.. Members(node)];
        uint gone = before[0];

        node.Apply(Group(s_labels.Where(label => label != gone)));
        uint[] after = [.. Members(node)];

        Assert.That(before.Distinct(), Is.EquivalentTo(s_labels));
        Assert.That(after, Has.None.EqualTo(gone));
        Assert.That(after.Where((_, flow) => before[flow] != gone), Is.EqualTo(before.Where(label => label != gone)));
        Assert.That(node.Redecided(), Is.EqualTo(before.Count(label => label == gone)));
    }

    [Test]
    public void LeaveFlowsWithAMemberThatDrains()
    {
        using Node node = Start();
        uint[] before = [.. Members(node)];

        node.Apply(Group(s_labels, draining: before[0]));

        Assert.That(Members(node), Is.EqualTo(before));
        Assert.That(Members(node, firstPort: 2000), Has.None.EqualTo(before[0]));
    }

    [Test]
    public void LeaveFlowsWithTheirMembersWhenOthersCome()
    {
        using Node node = Start();
        uint[] before = [.. Members(node)];

        node.Apply(Group([.. s_labels, 104, 105, 106, 107]));

        Assert.That(Members(node), Is.EqualTo(before));
        Assert.That(Members(node, firstPort: 2000).Max(), Is.GreaterThan(s_labels[^1]));
    }

    private static Node Start()
    {
        Node node = Lab.Start(EncapsulationKind.MplsOverUdp).Apply(Group(s_labels));
        return node.Apply(Lab.Route(1, Address + "/32", 50));
    }

    private static Transaction Group(IEnumerable<uint> labels, uint draining = 0) => new()
    {
        NextHops = [new EcmpNextHop(new NextHopId(50)) { Members = [.. labels.Select(label => new EcmpMember(new NextHopId(10)) { Label = label, Draining = label == draining })] }],
    };

    /// <summary>The label that each flow's next packet leaves with.</summary>
    private static IEnumerable<uint> Members(Node node, ushort firstPort = 1000)
    {
        for (ushort port = firstPort; port < firstPort + Flows; port++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, false), Address, from: port)));
            yield return Tunnelled.Read(node.SentOnce(Lab.Fabric)).Headers.Label;
        }
    }
}
