using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Policy.Rules;
using static VRouter.Tests.Unit.Walk.Services.Groups;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Clients that keep their member for a while (semantics, section 6; the contract's affinity_timeout).</summary>
[TestFixture]
public sealed class AffinityTests
{
    private static readonly EcmpNextHop s_affine = new(new NextHopId(Group))
    {
        Members = [Member(A), Member(B), Member(C)],
        Hash = EcmpHash.SourceAddress,
        AffinityTimeout = TimeSpan.FromSeconds(10),
    };

    [Test]
    public void OutlastsTheGroup([Values] bool flowStands)
    {
        using Node node = Start();
        uint member = node.Ask(Request(1));

        if (!flowStands)
        {
            End(node, 1);
        }

        // Whatever the others are: of many groups most would choose another one.
        for (ushort i = 0; i < 8; i++)
        {
            node.Put(s_affine with { Members = [Member(member), .. Others(member, 1 + i % 2)] });
            Assert.That(node.Ask(Request((ushort)(100 + i), to: (ushort)(80 + i))), Is.EqualTo(member));
            End(node, (ushort)(100 + i));
        }
    }

    [Test]
    public void EndsSoLongAfterTheLastFlow()
    {
        using Node node = Start();
        uint member = node.Ask(Request(1));
        node.Put(s_affine with { Members = [Member(member) with { Weight = 1 }, .. Others(member, 2).Select(other => other with { Weight = 1_000_000 })] });
        node.Wait(30);
        Assert.That(node.Ask(Request(2)), Is.EqualTo(member), "a flow stands");

        End(node, 1);
        End(node, 2);
        node.Wait(9.8);
        Assert.That(node.Ask(Request(3)), Is.EqualTo(member));
        End(node, 3);
        node.Wait(10.2);
        Assert.That(node.Ask(Request(4)), Is.Not.EqualTo(member), "a million to one");
    }

    [Test]
    public void IsOfEachClientAndEachService()
    {
        using Node node = Start();
        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { SourceCheckDisabled = true }] });
        uint member = node.Ask(Request(1));
        node.Put(s_affine with { Members = [Member(member), .. Others(member, 2).Select(other => other with { Weight = 1_000_000 })] });

        Assert.That(node.Ask(Request(2) with { Source = "10.1.7.7" }), Is.Not.EqualTo(member));
        node.Routes(1, "10.96.0.2", Group);
        Assert.That(node.Ask(Request(2) with { Destination = "10.96.0.2" }), Is.Not.EqualTo(member));
        Assert.That(node.Ask(Request(2)), Is.EqualTo(member));
    }

    [Test]
    public void IsNotWithAMemberThatTakesNoNewFlows([Values("gone", "draining", "other ports")] string how)
    {
        using Node node = Start();
        uint member = node.Ask(Request(1));
        uint other = Others(member, 1)[0].NextHop.Value;

        node.Put(s_affine with
        {
            Members = how switch
            {
                "gone" => [Member(other)],
                "draining" => [Member(other), Member(member) with { Draining = true }],
                _ => [Member(other), Member(member) with { Ports = [new ProtocolPort(IpProtocol.Udp, 81)] }],
            },
        });

        Assert.That(node.Ask(Request(2)), Is.EqualTo(other));
        Assert.That(node.Ask(Request(1)), Is.EqualTo(how == "gone" ? other : member), "its flow");
        Assert.That(node.Ask(Request(3)), Is.EqualTo(how == "gone" ? other : node.Ask(Request(3))), "and the next one");
    }

    [Test]
    public void IsOfSourceAddressesOnly()
    {
        using Node node = Start();
        node.Put(s_affine with { Hash = EcmpHash.FiveTuple });

        Assert.That(node.AskFrom(1, 64).Values.Distinct().Count(), Is.EqualTo(3));
    }

    [Test]
    public void IsNotBegunByADeniedFlow()
    {
        using Node node = Start();
        node.Guard(Lab.Tenant, Egress("web").To(80, 80));
        uint member = node.Ask(Request(1));
        Assert.That(node.Outcome(Lab.Tenant, Lab.FromTenant(Request(2, to: 81).Bytes)), Is.EqualTo(DropReason.SecurityGroupDenied));
        node.Wait(6);

        // That one has ended; the first flow still stands.
        node.Put(s_affine with { Members = [Member(member), .. Others(member, 2).Select(other => other with { Weight = 1_000_000 })] });
        node.Wait(11);
        Assert.That(node.Ask(Request(3)), Is.EqualTo(member));
    }

    [Test]
    public void CountsTheFlowsThatBeganUnderIt([Values] bool decidedAnew)
    {
        using Node node = Start();
        node.Put(s_affine with { AffinityTimeout = TimeSpan.Zero });
        uint before = node.Ask(Request(1)), after = Others(before, 1)[0].NextHop.Value;

        // One that began before it does not end it, however often it is looked at.
        node.Put(s_affine with { Members = [Member(before), Member(after) with { Weight = 1_000_000 }] });
        Assert.That(node.Ask(Request(2)), Is.EqualTo(after));
        node.Put(s_affine with { Members = [Member(before) with { Weight = 1_000_000 }, Member(after)] });

        for (int i = 0; i < 4; i++)
        {
            node.Apply(Lab.Route(1, Service() + "/32", Group) with { ProxyArp = decidedAnew && i % 2 == 0 });
            node.Ask(Request(2));
        }

        End(node, 1);
        node.Wait(11);
        Assert.That(node.Ask(Request(3)), Is.EqualTo(after), "its second flow stands");

        End(node, 2);
        End(node, 3);
        node.Wait(11);
        Assert.That(node.Ask(Request(4)), Is.EqualTo(before));
    }

    private static Node Start() => Groups.Start().Put(s_affine);

    private static EcmpMember[] Others(uint member, int count) => [.. ((uint[])[A, B, C]).Where(other => other != member).Take(count).Select(Member)];

    /// <summary>Ends a flow as a user would, by its port.</summary>
    private static void End(Node node, ushort port) => node.Plane.DeleteFlows(new FlowFilter { SourcePort = port });
}
