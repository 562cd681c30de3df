using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>What is refused of groups of next hops (semantics, section 8).</summary>
[TestFixture]
internal sealed class GroupRefusalTests
{
    private const uint Tunnel = 10, Group = 50;

    private static readonly ObjectKey s_group = ObjectKey.Of(new NextHopId(Group));

    private Editing _editing = null!;

    [SetUp]
    public void Start()
    {
        _editing = new Editing();
        _editing.Apply(new Transaction { NextHops = [GroupOf(Group, Member(Tunnel)), new VifNextHop(new NextHopId(60), new VifId(Lab.Tenant))] });
    }

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void NamesEveryMemberThatCannotBe()
    {
        EcmpNextHop group = GroupOf(51, Member(Tunnel), Member(51), Member(99), Member(Group), Member(20), Member(30), Member(40), Member(60), Member(Tunnel) with { Label = 1 << 24 });

        Assert.That(ProblemsOf(group), Is.EqualTo(new[]
        {
            "next hop 51: ecmp.members[1].next_hop: 51 is the group itself",
            "next hop 51: ecmp.members[2].next_hop: there is no next hop 99",
            "next hop 51: ecmp.members[3].next_hop: next hop 50 is a group; a group has none as members",
            "next hop 51: ecmp.members[4].next_hop: next hop 20 is neither a tunnel nor an interface",
            "next hop 51: ecmp.members[5].next_hop: next hop 30 is neither a tunnel nor an interface",
            "next hop 51: ecmp.members[6].next_hop: next hop 40 is neither a tunnel nor an interface",
            "next hop 51: ecmp.members[8].label: 16777216 is not in 1 to 16777215",
        }));
    }

    [Test]
    public void NamesGroupsOfEachOther() => Assert.That(ProblemsOf(GroupOf(51, Member(52)), GroupOf(52, Member(51))), Has.Length.EqualTo(2));

    [Test]
    public void NamesEveryPortThatCannotBe() => Assert.That(
        ProblemsOf(GroupOf(51, Member(Tunnel) with { Ports = [new(6, 80), new(1, 80), new(17, 0), new(132, 65535), new(6, 80)] })),
        Is.EqualTo(new[]
        {
            "next hop 51: ecmp.members[0].ports[1].protocol: 1 has no ports; TCP (6), UDP (17) and SCTP (132) have",
            "next hop 51: ecmp.members[0].ports[2].port: 0 is not a port",
            "next hop 51: ecmp.members[0].ports: a port is there twice",
        }));

    [Test]
    public void NamesAHashAndATimeThatCannotBe() => Assert.That(
        ProblemsOf(GroupOf(51) with { Hash = (EcmpHash)2, AffinityTimeout = TimeSpan.FromSeconds(-0.5) }, GroupOf(52) with { AffinityTimeout = TimeSpan.FromDays(25) }),
        Is.EqualTo(new[]
        {
            "next hop 51: ecmp.hash: is neither FIVE_TUPLE nor SOURCE_ADDRESS",
            "next hop 51: ecmp.affinity_timeout: -0.5 s is not in 0 to 24 days",
            "next hop 52: ecmp.affinity_timeout: 2160000 s is not in 0 to 24 days",
        }));

    [TestCase(4096, true)]
    [TestCase(4097, false)]
    public void HasThousandsOfMembersAtMost(int members, bool isGood) => Assert.That(
        ProblemsOf(GroupOf(51, [.. Enumerable.Repeat(Member(Tunnel), members)])), Is.EqualTo(isGood ? [] : new[] { "next hop 51: ecmp.members: 4097 are more than 4096" }));

    [TestCase(1024, true)]
    [TestCase(1025, false)]
    public void HasSoManyPortsForSoManyMembersAtMost(int ports, bool isGood) => Assert.That(
        ProblemsOf(GroupOf(51, [Member(Tunnel) with { Ports = [.. Enumerable.Range(1, ports).Select(port => new ProtocolPort(6, (ushort)port))] }, .. Enumerable.Repeat(Member(Tunnel), 4095)])),
        Is.EqualTo(isGood ? [] : new[] { "next hop 51: ecmp.members: 4096 members with 1025 different ports are too many: one times the other is to be at most 4194304" }));

    [Test]
    public void KeepsANextHopFromBecomingWhatNoMemberIs()
    {
        NextHop[] changed = [new DiscardNextHop(new NextHopId(Tunnel)), GroupOf(Tunnel), new TunnelNextHop(new NextHopId(Tunnel), EncapsulationKind.MplsOverUdp, Ip("192.0.2.2"))];
        _editing.Apply(new Transaction { NextHops = [GroupOf(Group, Member(60), Member(Tunnel) with { Label = 0x10_0000 })] });

        Assert.That(ProblemsOf(changed[0]), Is.EqualTo(new[] { "next hop 50: ecmp.members[1].next_hop: next hop 10 is neither a tunnel nor an interface" }));
        Assert.That(ProblemsOf(changed[1]), Is.EqualTo(new[] { "next hop 50: ecmp.members[1].next_hop: next hop 10 is a group; a group has none as members" }));
        Assert.That(ProblemsOf(changed[2]), Is.EqualTo(new[] { "next hop 50: ecmp.members[1].label: 1048576 is not in 16 to 1048575" }));
        Assert.That(ProblemsOf(changed[0], GroupOf(Group, Member(60))), Is.Empty);
        Assert.That(_editing.ProblemsOf(new Transaction { NextHops = [changed[0]], Deletes = [s_group] }), Is.Empty);
    }

    [Test]
    public void KeepsAMemberFromBeingDeleted()
    {
        ObjectKey vif = ObjectKey.Of(new NextHopId(60));
        _editing.Apply(new Transaction { NextHops = [GroupOf(Group, Member(60), Member(60))] });

        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [vif] }), Is.EqualTo(new[] { "next hop 60: cannot be deleted: 2 other objects name it" }));
        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [vif, s_group] }), Is.Empty);
        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [vif], NextHops = [GroupOf(Group)] }), Is.Empty);

        _editing.Apply(new Transaction { Deletes = [vif], NextHops = [GroupOf(Group)] });
        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [s_group] }), Is.Empty);
    }

    [Test]
    public void KeepsAGroupThatARouteLeadsToFromBeingDeleted()
    {
        _editing.Apply(Lab.Route(1, "10.9.0.1/32", Group));

        Assert.That(_editing.ProblemsOf(new Transaction { Deletes = [s_group] }), Is.EqualTo(new[] { "next hop 50: cannot be deleted: 1 other object names it" }));
    }

    private string[] ProblemsOf(params NextHop[] nextHops) => _editing.ProblemsOf(new Transaction { NextHops = [.. nextHops] });

    private static EcmpNextHop GroupOf(uint id, params EcmpMember[] members) => new(new NextHopId(id)) { Members = [.. members] };

    private static EcmpMember Member(uint nextHop) => new(new NextHopId(nextHop));
}
