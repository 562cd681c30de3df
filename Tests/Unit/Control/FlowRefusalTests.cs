using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Control.Editing;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Control;

/// <summary>What is refused of security groups and of the settings of flows (semantics, section 8).</summary>
[TestFixture]
public sealed class FlowRefusalTests
{
    private const uint Used = 5;

    private static readonly ObjectKey s_group = ObjectKey.Of(new SecurityGroupId(8_000_001)), s_used = ObjectKey.Of(new SecurityGroupId(Used));
    private static readonly Vif s_tenant = Lab.Configuration().Vifs[1];

    private Editing _editing = null!;

    [SetUp]
    public void Start()
    {
        _editing = new Editing();
        _editing.Apply(new Transaction { SecurityGroups = [Group(Used, Ingress("a"))], Vifs = [s_tenant with { SecurityGroups = Groups(Used) }] });
    }

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void NamesEveryRuleThatIsWrong()
    {
        SecurityGroup group = Group(
            s_group.Id,
            Ingress("good").Tcp().To(80, 80),
            new SecurityRule { Id = "good", Protocol = 256 },
            Ingress("ports of ICMP").To(80, 80) with { Protocol = IpProtocol.Icmp },
            Ingress("upside down").Tcp() with { SourcePorts = [new PortRange(90, 80)], DestinationPorts = [new PortRange(1, 2), new PortRange(1, 65536)] },
            Ingress("host bits").From("10.0.0.1/8"));

        Assert.That(ProblemsOf(new Transaction { SecurityGroups = [group] }), Is.EquivalentTo(new[]
        {
            "security group 8000001: rules[1].id: 'good' is the id of rules[0] too",
            "security group 8000001: rules[1].direction: is neither INGRESS nor EGRESS",
            "security group 8000001: rules[1].protocol: 256 is not in 0 to 255",
            "security group 8000001: rules[2].destination_ports: protocol 1 has no ports",
            "security group 8000001: rules[3].source_ports[0].first: 90 is above the last, 80",
            "security group 8000001: rules[3].destination_ports[1].last: 65536 is above 65535",
            "security group 8000001: rules[4].remote_prefix: 10.0.0.1/8 has bits set behind its length; the prefix is 10.0.0.0/8",
        }));
    }

    [Test]
    public void NamesWhoIsInMoreGroupsThanAreLookedAt()
    {
        _editing.Apply(new Transaction { SecurityGroups = [.. Enumerable.Range(1000, 257).Select(id => Group((uint)id))], NextHops = [new DiscardNextHop(new NextHopId(30))] });
        ValueList<SecurityGroupId> most = [.. Enumerable.Range(1000, 256).Select(id => new SecurityGroupId((uint)id))], more = [.. most, new SecurityGroupId(1256)];

        Assert.That(ProblemsOf(new Transaction { Vifs = [s_tenant with { SecurityGroups = most }], Routes = [Lab.Route(1, "10.8.0.0/16", 30) with { SecurityGroups = most }] }), Is.Empty);
        Assert.That(ProblemsOf(new Transaction { Vifs = [s_tenant with { SecurityGroups = more }], Routes = [Lab.Route(1, "10.8.0.0/16", 30) with { SecurityGroups = more }] }), Is.EquivalentTo(new[]
        {
            "interface 2: security_groups: 257 are more than 256",
            "route 10.8.0.0/16 in vrf 1: security_groups: 257 are more than 256",
        }));
    }

    [Test]
    public void NamesGroup0() => Assert.That(ProblemsOf(new Transaction { SecurityGroups = [Group(0)] }), Is.EqualTo(new[] { "security group 0: id: 0 is not an id" }));

    [Test]
    public void NamesAGroupThatComesTwice()
    {
        Assert.That(ProblemsOf(new Transaction { SecurityGroups = [Group(s_group.Id), Group(s_group.Id)] }), Is.EqualTo(new[] { $"{s_group}: is in the request twice" }));
        Assert.That(ProblemsOf(new Transaction { SecurityGroups = [Group(s_group.Id)], Deletes = [s_group] }), Is.EqualTo(new[] { $"{s_group}: is in the request twice: to be there, and to be deleted" }));
    }

    [Test]
    public void NamesEveryGroupThatAVifCannotHave() => Assert.That(
        ProblemsOf(new Transaction { Vifs = [s_tenant with { SecurityGroups = Groups(7, Used, 0) }] }),
        Is.EqualTo(new[] { "interface 2: security_groups[0]: there is no security group 7", "interface 2: security_groups[2]: there is no security group 0" }));

    [Test]
    public void TakesUnknownGroupsOfPeers() => Assert.That(
        ProblemsOf(new Transaction { SecurityGroups = [Group(7, Ingress("a").FromGroup(99))], Routes = [Lab.Route(1, "10.9.0.0/16", 10, 99) with { SecurityGroups = Groups(98) }] }), Is.Empty);

    [Test]
    public void NamesWhoIsInAGroupThatIsToGo()
    {
        Transaction delete = new() { Deletes = [s_used] };
        Assert.That(ProblemsOf(delete), Is.EqualTo(new[] { "security group 5: cannot be deleted: interface 2 is in it" }));

        _editing.Apply(Lab.TenantVif(Lab.Neighbour, 1) with { SecurityGroups = Groups(Used, Used) });
        Assert.That(ProblemsOf(delete), Is.EqualTo(new[] { "security group 5: cannot be deleted: interfaces 2, 3 are in it" }));

        _editing.Apply([.. Enumerable.Range(0, 10).Select(i => Guest(100 + (uint)i))]);
        Assert.That(ProblemsOf(delete), Is.EqualTo(new[] { "security group 5: cannot be deleted: interfaces 2, 3, 100, 101, 102, 103, 104, 105 and 4 more are in it" }));
    }

    [Test]
    public void LetsAGroupGoWithThoseInIt()
    {
        Assert.That(ProblemsOf(new Transaction { Deletes = [ObjectKey.Of(s_tenant.Id), s_used] }), Is.Empty);
        Assert.That(ProblemsOf(new Transaction { Deletes = [s_used], Vifs = [s_tenant] }), Is.Empty);
        Assert.That(ProblemsOf(new Transaction { Deletes = [ObjectKey.Of(new SecurityGroupId(77))] }), Is.Empty);
    }

    [Test]
    public void NamesBothWhenAVifEntersAGroupThatIsToGo() => Assert.That(
        ProblemsOf(new Transaction { Deletes = [s_used], Vifs = [s_tenant with { Mtu = 1400, SecurityGroups = Groups(Used) }] }),
        Is.EqualTo(new[] { "interface 2: security_groups[0]: there is no security group 5", "security group 5: cannot be deleted: interface 2 is in it" }));

    [Test]
    public void NamesGroupsThatWouldJudgeNothing() => Assert.That(
        ProblemsOf(new Transaction { Vifs = [Lab.Configuration().Vifs[0] with { SecurityGroups = Groups(Used) }] }),
        Is.EqualTo(new[] { "interface 1: security_groups: a FABRIC carries the packets of others; rules judge those of TENANT and HOST" }));

    [Test]
    public void NamesEveryTimeoutThatCannotBe()
    {
        var timeouts = new FlowTimeouts
        {
            TcpNew = TimeSpan.Zero,
            TcpEstablished = TimeSpan.FromDays(24) + TimeSpan.FromSeconds(1),
            TcpClosing = TimeSpan.FromSeconds(-1.5),
            Udp = TimeSpan.Zero,
            Icmp = TimeSpan.MaxValue,
            Other = TimeSpan.MinValue,
        };

        Assert.That(ProblemsOf(new Settings { FlowTimeouts = timeouts }).Select(problem => problem.Split(": ")[1]), Is.EqualTo(new[]
        {
            "flow_timeouts.tcp_new", "flow_timeouts.tcp_established", "flow_timeouts.tcp_closing", "flow_timeouts.udp", "flow_timeouts.icmp", "flow_timeouts.other",
        }));
        Assert.That(ProblemsOf(new Settings { FlowTimeouts = timeouts }), Does.Contain("settings: flow_timeouts.tcp_closing: -1.5 s is not more than 0 and at most 24 days"));
        Assert.That(ProblemsOf(new Settings { FlowTimeouts = new FlowTimeouts { TcpEstablished = TimeSpan.FromDays(24), Udp = TimeSpan.FromMilliseconds(1) } }), Is.Empty);
    }

    [TestCase(0u, false)]
    [TestCase(1u, true)]
    [TestCase(33_554_432u, true)]
    [TestCase(33_554_433u, false)]
    public void NamesANumberOfFlowsThatCannotBe(uint flows, bool isGood) => Assert.That(
        ProblemsOf(new Settings { MaxFlows = flows }), Is.EqualTo(isGood ? [] : new[] { $"settings: max_flows: {flows} is not in 1 to 33554432" }));

    [Test]
    public void NamesMoreRulesThanThereIsRoomFor()
    {
        SecurityRule[] rules = [.. Enumerable.Repeat(Ingress(""), 1 << 21)];
        SecurityGroup[] groups = [Group(7, rules), Group(8, rules[1..])];
        Assert.That(ProblemsOf(new Transaction { SecurityGroups = [.. groups] }), Is.Empty, "with the one that is there");

        Assert.That(
            ProblemsOf(new Transaction { SecurityGroups = [.. groups, Group(9, Ingress("b"))] }),
            Is.EqualTo(new[] { "security group 0: there would be 4194305 rules, and there is room for 4194304" }));
        Assert.That(ProblemsOf(new Transaction { SecurityGroups = [.. groups, Group(Used, Ingress("b"))] }), Is.Empty, "in place of the one that is there");
    }

    private static Vif Guest(uint id) => new(new VifId(id), VifKind.Tenant) { Mac = new MacAddress(0x0200_0000_0000ul + id), SecurityGroups = Groups(Used) };

    private string[] ProblemsOf(Settings settings) => ProblemsOf(new Transaction { Settings = settings });

    private string[] ProblemsOf(Transaction transaction) =>
        [.. Validation.Check(_editing.Tables.Configuration, _editing.Tables.Routes, transaction).Select(problem => $"{problem}")];
}
