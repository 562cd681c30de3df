using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Groups;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Groups that change while flows stand (semantics, sections 4, 6 and 8).</summary>
[TestFixture]
public sealed class EcmpChangesTests
{
    private const int First = 1000, Count = 96;

    [Test]
    public void MoveNobodyWhenAMemberComes([Values] bool here)
    {
        using Node node = Groups.Start(Member(A), Member(B));
        Dictionary<ushort, uint> before = node.AskFrom(First, Count);

        node.Put(Member(B), Member(here ? Here : C), Member(A));

        Assert.That(node.AskFrom(First, Count), Is.EqualTo(before));
        Assert.That(node.AskFrom(2000, Count).Values.Count(member => member is C or Here), Is.InRange(Count / 6, Count / 2));
        Assert.That(node.Flows().Where(flow => flow.Key.SourcePort is >= First and < First + Count).Select(flow => flow.Packets), Has.Exactly(Count).EqualTo(2), "with their counters");
    }

    [Test]
    public void MoveTheFlowsOfAMemberThatGoesAndNoOthers([Values(A, C, Here)] uint gone)
    {
        using Node node = Groups.Start(Member(A), Member(B), Member(C), Member(Here));
        Dictionary<ushort, uint> before = node.AskFrom(First, Count);
        uint[] rest = [.. ((uint[])[A, B, C, Here]).Where(member => member != gone)];

        node.Put([.. rest.Select(Member)]);
        Dictionary<ushort, uint> after = node.AskFrom(First, Count);

        Assert.That(after.Where(flow => before[flow.Key] != gone), Is.EqualTo(before.Where(flow => flow.Value != gone)));
        Assert.That(after.Where(flow => before[flow.Key] == gone).Select(flow => flow.Value).Distinct(), Is.EquivalentTo(rest), "over all the others");

        node.Put(Member(A), Member(B), Member(C), Member(Here));
        Assert.That(node.AskFrom(First, Count), Is.EqualTo(after), "nobody moves back");
    }

    [Test]
    public void KeepFlowsOverReCreationUnderTheSameNumber([Values] bool otherNextHops)
    {
        using Node node = Groups.Start(Member(A), Member(B), Member(Here));
        Dictionary<ushort, uint> before = node.AskFrom(First, Count);

        node.Apply(new Transaction
        {
            Deletes =
            [
                ObjectKey.Of(new VrfId(1), Prefix(Service() + "/32")), ObjectKey.Of(new VrfId(1), Prefix(Service(true) + "/128")), ObjectKey.Of(new NextHopId(Group)),
                .. otherNextHops ? (ObjectKey[])[ObjectKey.Of(new NextHopId(A)), ObjectKey.Of(new NextHopId(B))] : [],
            ],
        });

        if (otherNextHops)
        {
            node.Apply(new Transaction { NextHops = [Tunnel(201, 0), Tunnel(202, 1)] });
        }

        node.Put(Member(Here), Member(C), Member(otherNextHops ? 202 : B), Member(otherNextHops ? 201 : A)).Routes(1, Service(), Group);

        Assert.That(node.AskFrom(First, Count), Is.EqualTo(before));
        Assert.That(node.Flows().Where(flow => flow.Key.DestinationPort == 80).Select(flow => flow.Packets), Is.All.EqualTo(2));
    }

    [TestCase("the next hop itself")]
    [TestCase("another one to the same end")]
    [TestCase("under the member's label")]
    public void KeepFlowsOfASingleNextHopThatBecomesAGroup(string how)
    {
        using Node node = Groups.Start();
        node.Apply(new Transaction { NextHops = [Tunnel(201, 1) with { Label = how == "under the member's label" ? 900u : LabelOfB }] });
        node.Routes(1, Service(), B);
        Dictionary<ushort, uint> before = node.AskFrom(First, Count);

        node.Put(Member(A), Member(how == "the next hop itself" ? B : 201) with { Label = how == "under the member's label" ? LabelOfB : 0 }, Member(C)).Routes(1, Service(), Group);

        Assert.That(node.AskFrom(First, Count), Is.EqualTo(before));
        Assert.That(node.AskFrom(2000, Count).Values.Distinct().Count(), Is.EqualTo(3));

        node.Routes(1, Service(), B);
        Assert.That(node.AskFrom(First, Count), Is.EqualTo(before), "and back");
    }

    [Test]
    public void KeepFlowsOfANextHopThatIsReplacedByAGroupOfItsNumber()
    {
        using Node node = Groups.Start();
        node.Apply(new Transaction { NextHops = [Tunnel(201, 1)] });
        node.Routes(1, Service(), 201);
        Dictionary<ushort, uint> before = node.AskFrom(First, Count);

        node.Put(new EcmpNextHop(new NextHopId(201)) { Members = [Member(A), Member(B)] });

        Assert.That(node.AskFrom(First, Count), Is.EqualTo(before));
    }

    [Test]
    public void KeepFlowsOfASingleMemberHere([Values] bool isMapped)
    {
        using Node node = Groups.Start();
        node.Apply(Float(1, Service(), Lab.Neighbour) with { PortMappings = isMapped ? [Map(IpProtocol.Udp, 80, 8080)] : [] });
        node.Routes(1, Service(), ToNeighbour);
        Dictionary<ushort, uint> before = node.AskFrom(First, Count);

        node.Put(Member(A), Member(Here)).Routes(1, Service(), Group);

        Assert.That(node.AskFrom(First, Count), Is.EqualTo(before));
        Assert.That(node.Flows().Where(flow => flow.Key.DestinationPort == 80).Select(flow => flow.Packets), Is.All.EqualTo(2));
    }

    [Test]
    public void RejectsAFlowWhosePortNobodyServesAnyMore()
    {
        using Node node = Groups.Start(Member(A));
        node.Ask(Request(1));

        node.Put(Member(B) with { Ports = [new ProtocolPort(IpProtocol.Udp, 81)] });
        Assert.That(node.Outcome(Lab.Tenant, Lab.FromTenant(Request(1).Bytes)), Is.EqualTo(DropReason.Rejected));
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void ReachWhatIsUnderALabelToo()
    {
        using Node node = Groups.Start(Member(A), Member(B), Member(C));
        node.Apply(new Transaction { Labels = [new LabelEntry(new MplsLabel(3000), new NextHopId(Group))] });
        node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(0)) { Name = "underlay", RpfDisabled = true }] });
        Door door = Door.Label(3000, 0, "192.0.2.77");
        node.Apply(new Transaction { Settings = new Settings { TrustedTunnelSources = [Prefix("192.0.2.77/32")] } });
        Dictionary<int, uint> before = Asked();

        node.Put(Member(A), Member(C));
        Dictionary<int, uint> after = Asked();

        Assert.That(after.Where(flow => before[flow.Key] != B), Is.EqualTo(before.Where(flow => flow.Value != B)));
        Assert.That(after.Values, Has.None.EqualTo(B));

        Dictionary<int, uint> Asked() => Enumerable.Range(1, Count).ToDictionary(port => port, port =>
        {
            node.Receive(Lab.Fabric, door.Frame(Craft.Udp("10.99.0.1", Service(), from: (ushort)port, to: 80)));
            return node.MemberTaken();
        });
    }
}
