using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>Groups as the published state shows them.</summary>
[TestFixture]
internal sealed class EcmpGroupTests
{
    private const uint Group = 50, FirstPeer = 100;

    private Editing _editing = null!;

    [SetUp]
    public void Start()
    {
        _editing = new Editing();
        _editing.Apply(new Transaction { NextHops = [.. Enumerable.Range(0, 8).Select(i => Peer((uint)i))] });
    }

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void IsThereForNextHopsOfItsKindOnly()
    {
        Apply(Member(0), Member(1));

        Assert.That(_editing.State.Groups[IndexOf(10)], Is.Null);
        Assert.That(KindOf(Group), Is.EqualTo(NextHopKind.Ecmp));
        Assert.That(Current.Members.Select(member => member.NextHop), Is.EquivalentTo(new[] { IndexOf(FirstPeer), IndexOf(FirstPeer + 1) }));
        Assert.That(Current.Members.Select(member => member.Identity), Is.Ordered);

        _editing.Apply(new Transaction { NextHops = [new RejectNextHop(new NextHopId(Group))] });
        Assert.That((KindOf(Group), _editing.State.Groups[IndexOf(Group)]), Is.EqualTo((NextHopKind.Reject, null as EcmpGroup)));
    }

    [Test]
    public void TakesMembersAndGroupsOfOneRequestInAnyOrder()
    {
        _editing.Apply(new Transaction { NextHops = [GroupOf(Member(20)), Peer(20)] });
        Assert.That(Current.Members, Has.Length.EqualTo(1));

        _editing.Apply(new Transaction { Deletes = [ObjectKey.Of(new NextHopId(FirstPeer + 20)), ObjectKey.Of(new NextHopId(Group))] });
        Assert.That(_editing.Tables.Configuration.NextHops, Does.Not.ContainKey(new NextHopId(Group)));
    }

    [Test]
    public void ChoosesTheSameWhateverTheOrderTheNumbersAndTheEncapsulation()
    {
        Apply(Member(0), Member(1) with { Weight = 2 }, Member(2));
        using var other = new Editing();
        other.Apply(new Transaction
        {
            NextHops =
            [
                new TunnelNextHop(new NextHopId(7), EncapsulationKind.MplsOverGre, Peer(2).Destination) { Label = 99 },
                new TunnelNextHop(new NextHopId(8), EncapsulationKind.MplsOverUdp, Peer(0).Destination),
                new TunnelNextHop(new NextHopId(9), EncapsulationKind.Vxlan, Peer(1).Destination) { Label = 101 },
                new EcmpNextHop(new NextHopId(3)) { Members = [new EcmpMember(new NextHopId(7)) { Label = 102 }, new EcmpMember(new NextHopId(8)) { Label = 100 }, new EcmpMember(new NextHopId(9)) { Weight = 2 }] },
            ],
        });
        EcmpGroup theirs = other.State.Groups[other.Tables.Configuration.NextHops[new NextHopId(3)].Index]!;

        Assert.That(Flows.Select(flow => Current.Members[Current.Choose(flow, 6, 80)].Identity), Is.EqualTo(Flows.Select(flow => theirs.Members[theirs.Choose(flow, 6, 80)].Identity)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void KnowsALocalMemberAsOtherNodesDo(bool overIpv6)
    {
        _editing.Apply(new Transaction
        {
            NextHops =
            [
                new VifNextHop(new NextHopId(60), new VifId(Lab.Tenant)),
                new TunnelNextHop(new NextHopId(61), EncapsulationKind.MplsOverUdp, Ip(overIpv6 ? "2001:db8::77" : "192.0.2.77")) { Label = 77 },
                GroupOf(new EcmpMember(new NextHopId(60)), new EcmpMember(new NextHopId(61))),
            ],
        });

        Assert.That(Current.Find(new EcmpName(Ip(Lab.Endpoint(overIpv6)), Lab.VifLabel).Identity()), Is.Not.Negative);
    }

    [Test]
    public void TellsLocalMembersWithoutLabelsApart()
    {
        _editing.Apply(new Transaction
        {
            NextHops = [new VifNextHop(new NextHopId(60), new VifId(Lab.Neighbour)), new VifNextHop(new NextHopId(61), new VifId(Lab.Other)), GroupOf(new EcmpMember(new NextHopId(60)), new EcmpMember(new NextHopId(61)))],
        });

        Assert.That(Shares(6, 80), Is.EqualTo(new[] { 0.5, 0.5 }).Within(0.05));
    }

    [Test]
    public void CountsAMemberThatIsThereTwiceTwice()
    {
        Apply(Member(0), Member(0), Member(1));

        Assert.That(Current.Members.Select(member => member.Identity).Distinct().Count(), Is.EqualTo(3));
        Assert.That(Flows.Count(flow => Current.Members[Current.Choose(flow, 6, 80)].NextHop == IndexOf(FirstPeer)) / (double)Flows.Length, Is.EqualTo(2 / 3.0).Within(0.05));
    }

    [Test]
    public void GivesADrainingMemberNoNewFlowsAndFindsIt()
    {
        Apply(Member(0), Member(1) with { Draining = true }, Member(2));
        int draining = Array.FindIndex(Current.Members, member => member.Draining);

        Assert.That(Current.Find(Current.Members[draining].Identity), Is.EqualTo(draining));
        Assert.That(Flows.Select(flow => Current.Choose(flow, 6, 80)).Distinct(), Is.EquivalentTo(new[] { 0, 1, 2 }.Where(i => i != draining)));
    }

    [Test]
    public void GivesThemNewFlowsAgainWhenAllAreDraining()
    {
        Apply(Member(0) with { Draining = true }, Member(1) with { Draining = true });

        Assert.That(Shares(6, 80), Is.EqualTo(new[] { 0.5, 0.5 }).Within(0.05));
    }

    [Test]
    public void ChoosesNobodyWhereNobodyServes()
    {
        Apply();
        Assert.That((Current.IsEmpty, Current.Choose(1, 6, 80), Current.Find(1)), Is.EqualTo((true, -1, -1)));

        Apply(Member(0) with { Ports = [new ProtocolPort(6, 80)] });
        Assert.That((Current.IsEmpty, Current.Choose(1, 6, 80), Current.Choose(1, 6, 81), Current.Choose(1, 17, 80), Current.Choose(1, 1, 0)), Is.EqualTo((false, 0, -1, -1, -1)));
    }

    [Test]
    public void ChoosesAmongThoseThatServeThePort()
    {
        Apply(Member(0) with { Ports = [new ProtocolPort(6, 80), new ProtocolPort(17, 53)] }, Member(1) with { Ports = [new ProtocolPort(6, 80)] }, Member(2) with { Draining = true, Ports = [new ProtocolPort(132, 80)] }, Member(3));

        Assert.That(Serving(6, 80), Is.EquivalentTo(new[] { 0, 1, 3 }));
        Assert.That(Serving(17, 53), Is.EquivalentTo(new[] { 0, 3 }));
        Assert.That(Serving(132, 80), Is.EquivalentTo(new[] { 3 }));
        Assert.That(Serving(6, 53), Is.EquivalentTo(new[] { 3 }));
        Assert.That(Serving(1, 0), Is.EquivalentTo(new[] { 3 }));
    }

    [Test]
    public void DrainsPortByPort()
    {
        Apply(Member(0) with { Draining = true, Ports = [new ProtocolPort(6, 80)] }, Member(1) with { Ports = [new ProtocolPort(6, 443)] });

        Assert.That(Serving(6, 80), Is.EquivalentTo(new[] { 0 }));
    }

    [Test]
    public void KnowsTheFarEndsOfItsTunnels()
    {
        Apply(Member(0), Member(3), Member(0) with { Label = 7000 });

        Assert.That((Current.HasTunnelTo(Peer(0).Destination), Current.HasTunnelTo(Peer(3).Destination), Current.HasTunnelTo(Peer(1).Destination)), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void StaysTheSameObjectWhileNothingOfItChanges()
    {
        Apply(Member(0), Member(1));
        (EcmpGroup before, uint generation) = (Current, _editing.State.GroupsGeneration);

        _editing.Apply(Lab.Route(0, "198.51.100.0/24", 90));
        _editing.Apply(new Transaction { Settings = new Settings { VirtualMac = Mac("02:00:00:00:00:aa") } });
        _editing.Apply(Lab.Configuration().Vifs[0] with { Mtu = 9000 });
        _editing.Apply(new Transaction { NextHops = [Peer(0) with { Encapsulation = EncapsulationKind.MplsOverGre }, GroupOf(Member(0), Member(1))] });

        Assert.That(Current, Is.SameAs(before));
        Assert.That((before.Generation, _editing.State.GroupsGeneration), Is.EqualTo((generation, generation)));
    }

    [Test]
    public void IsBuiltAnewWhenATunnelOfItChanges()
    {
        Apply(Member(0), Member(1) with { Label = 0 });

        AssertChanges(() => _editing.Apply(new Transaction { NextHops = [Peer(0) with { Destination = Ip("192.0.2.99") }] }), new EcmpName(Ip("192.0.2.99"), 100));
        AssertChanges(() => _editing.Apply(new Transaction { NextHops = [Peer(1) with { Label = 888 }] }), new EcmpName(Peer(1).Destination, 888));
        Assert.That(Current.HasTunnelTo(Peer(0).Destination), Is.False);
    }

    [Test]
    public void IsBuiltAnewWhenTheLabelOrTheNodesAddressOfALocalMemberDoes()
    {
        Vif fabric = Lab.Configuration().Vifs[0], tenant = Lab.Configuration().Vifs[1];
        _editing.Apply(new Transaction { NextHops = [new VifNextHop(new NextHopId(60), tenant.Id), GroupOf(new EcmpMember(new NextHopId(60)))] });

        AssertChanges(() => _editing.Apply(tenant with { Label = new MplsLabel(1007) }), new EcmpName(Ip(Lab.Endpoint(false)), 1007));
        AssertChanges(() => _editing.Apply(fabric with { Addresses = [Prefix("192.0.2.50/24")] }), new EcmpName(Ip("192.0.2.50"), 1007));
        AssertChanges(() => _editing.Apply(fabric with { Addresses = [Prefix("2001:db8::50/64")] }), new EcmpName(Ip("2001:db8::50"), 1007));
    }

    [Test]
    public void FindsAMemberAgainAfterItsGroupWasMadeAnew()
    {
        Apply(Member(0), Member(1), Member(2));
        uint chosen = Current.Members[Current.Choose(7, 6, 80)].Identity;
        int peer = Array.FindIndex([.. Enumerable.Range(0, 3)], i => new EcmpName(Peer((uint)i).Destination, 100 + (uint)i).Identity() == chosen);
        _editing.Delete(ObjectKey.Of(new NextHopId(Group)));

        Apply(Member(7), Member((uint)peer));

        Assert.That(Current.Members[Current.Find(chosen)].NextHop, Is.EqualTo(IndexOf(FirstPeer + (uint)peer)));
    }

    [Test]
    [NonParallelizable]
    public void ChoosesOneOfThousandsInATrifle([Values(8, 1000, 4096)] int members)
    {
        _editing.Apply(new Transaction { NextHops = [.. Enumerable.Range(0, members).Select(i => Peer((uint)i)), GroupOf([.. Enumerable.Range(0, members).Select(i => Member((uint)i))])] });
        EcmpGroup group = Current;
        TimeSpan best = TimeSpan.MaxValue;
        long until = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 2, allocated = long.MaxValue, sum = 0;

        // The fastest of many short runs: a busy machine lends the thread away between them.
        for (uint flow = 0; Stopwatch.GetTimestamp() < until; flow += 100)
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();

            for (uint i = 0; i < 100; i++)
            {
                sum += group.Choose((flow + i) * 0x9E37_79B1, 6, 80);
            }

            TimeSpan time = Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - bytes);
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{members} members: {best.TotalNanoseconds / 100:F0} ns a choice"));
        Assert.That((sum > 0, allocated), Is.EqualTo((true, 0)));
        Assert.That(best.TotalMicroseconds / 100, Is.LessThan(1));
    }

    [Test]
    [Explicit("measures; asserts nothing")]
    public void TakesAChangeOfOneOfThousandsInMilliseconds()
    {
        EcmpMember[] members = [.. Enumerable.Range(0, 4096).Select(i => Member((uint)i))];
        _editing.Apply(new Transaction { NextHops = [.. Enumerable.Range(0, members.Length).Select(i => Peer((uint)i)), GroupOf(members)] });
        TimeSpan best = TimeSpan.MaxValue;

        for (int run = 0; run < 50; run++)
        {
            members[run] = members[run] with { Draining = true };
            long start = Stopwatch.GetTimestamp();
            Apply(members);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a change of one of {members.Length} members: {best.TotalMilliseconds:F1} ms"));
    }

    private static uint[] Flows { get; } = [.. Enumerable.Range(1, 5000).Select(i => FlowHash.Compute((ulong)i, 6, 80))];

    private EcmpGroup Current => _editing.State.Groups[IndexOf(Group)]!;

    private int IndexOf(uint nextHop) => _editing.Tables.Configuration.NextHops[new NextHopId(nextHop)].Index;

    private NextHopKind KindOf(uint nextHop) => _editing.Tables.Editor.Slots[_editing.State.NextHops[IndexOf(nextHop)]].Kind;

    private double[] Shares(byte protocol, ushort port) =>
        [.. Flows.CountBy(flow => Current.Choose(flow, protocol, port)).OrderBy(share => share.Key).Select(share => share.Value / (double)Flows.Length)];

    /// <summary>The peers behind the members that new flows to the port go to.</summary>
    private IEnumerable<int> Serving(byte protocol, ushort port) => Flows.Select(flow => Current.Choose(flow, protocol, port)).Distinct()
        .Select(member => Enumerable.Range(0, 8).Single(peer => IndexOf(FirstPeer + (uint)peer) == Current.Members[member].NextHop));

    private void AssertChanges(Func<ForwardingState> change, EcmpName name)
    {
        Assert.That(Current.Find(name.Identity()), Is.Negative);
        change();
        Assert.That(Current.Find(name.Identity()), Is.Not.Negative);
        Assert.That((Current.Generation, _editing.State.GroupsGeneration), Is.EqualTo((_editing.Generation, _editing.Generation)));
    }

    private void Apply(params EcmpMember[] members) => _editing.Apply(new Transaction { NextHops = [GroupOf(members)] });

    private static EcmpNextHop GroupOf(params EcmpMember[] members) => new(new NextHopId(Group)) { Members = [.. members] };

    private static EcmpMember Member(uint peer) => new(new NextHopId(FirstPeer + peer));

    /// <summary>The tunnels of the lab's peers, four nodes with many labels each.</summary>
    private static TunnelNextHop Peer(uint peer) =>
        new(new NextHopId(FirstPeer + peer), EncapsulationKind.MplsOverUdp, IpAddress.FromIpv4(0xC000_020A + peer % 4)) { Label = 100 + peer };
}
