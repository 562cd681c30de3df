using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using static VRouter.Tests.Unit.Policy.Rules;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>What security groups let pass, packet by packet (semantics, section 5).</summary>
[TestFixture]
public sealed class SecurityGroupsTests
{
    [Test]
    public void AskBothEndsThatAreHere([Values] bool sends, [Values] bool receives, [Values] bool isIpv6)
    {
        using Node node = Lab.Start()
            .Guard(Lab.Tenant, sends ? [Egress("out")] : [])
            .Guard(Lab.Neighbour, receives ? [Ingress("in")] : []);
        var dialogue = Dialogue.Local(node, isIpv6);

        DropReason expected = sends && receives ? DropReason.None : DropReason.SecurityGroupDenied;
        Assert.That(dialogue.SendUdp(), Is.EqualTo(expected));
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(expected), "answers follow");
    }

    [Test]
    public void AskOnlyTheEndThatIsHere([Values] bool receives, [Values] bool allows, [Values] bool isIpv6, [Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind).Guard(Lab.Tenant, allows ? [receives ? Ingress("in") : Egress("out")] : []);
        Dialogue dialogue = Dialogue.Remote(node, isIpv6, kind);
        dialogue = receives ? dialogue.Reversed : dialogue;

        DropReason expected = allows ? DropReason.None : DropReason.SecurityGroupDenied;
        Assert.That(dialogue.SendUdp(), Is.EqualTo(expected));
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(expected));
        Assert.That(node.Flows(), Has.Length.EqualTo(2));
    }

    [Test]
    public void AreNotAskedWhereAnInterfaceHasNone()
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("in"));

        Assert.That(Dialogue.Local(node).SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(Dialogue.Remote(node).Reversed.SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(Dialogue.Local(node).Reversed with { ServerPort = 81 } is var back && back.SendUdp() == DropReason.SecurityGroupDenied, "the neighbour has no egress rule");
    }

    [Test]
    public void TakeTheLowestPriorityFirst()
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("late", RuleAction.Deny, priority: 20), Ingress("early", priority: 10));

        Assert.That(Dialogue.Local(node).SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows()[0].RuleId, Is.EqualTo("early"));
    }

    [Test]
    public void TakeDenyBeforeAllowAtEqualPriority()
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("allow", priority: 5), Ingress("deny", RuleAction.Deny, priority: 5).From("10.1.0.2/32"));

        Drop drop = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Dialogue.Local(node).Udp()), DropReason.SecurityGroupDenied);
        Assert.That(drop.RuleId, Is.EqualTo("deny"));
        Assert.That(Dialogue.Local(node, isIpv6: true).SendUdp(), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void NameTheInterfaceWhereNoRuleMatched([Values] bool egress)
    {
        using Node node = Lab.Start().Guard(egress ? Lab.Tenant : Lab.Neighbour);

        foreach (int _ in (int[])[1, 2])
        {
            Drop drop = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Dialogue.Local(node).Udp()), DropReason.SecurityGroupDenied);
            Assert.That((drop.Object, drop.RuleId), Is.EqualTo((ObjectKey.Of(new VifId(egress ? Lab.Tenant : Lab.Neighbour)), "")));
        }
    }

    [Test]
    public void NameTheRuleInDropsAndTraces([Values] bool known)
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("all", priority: 2), Ingress("no-udp", RuleAction.Deny, priority: 1) with { Protocol = IpProtocol.Udp });
        byte[] frame = Lab.FromTenant(Dialogue.Local(node).Udp());

        if (known)
        {
            node.Receive(Lab.Tenant, frame);
        }

        TraceResult trace = node.Plane.Trace(new VifId(Lab.Tenant), frame);
        Drop drop = node.AssertDropped(Lab.Tenant, frame, DropReason.SecurityGroupDenied);

        Assert.That(trace.DropReason, Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(trace.Steps.Select(step => step.RuleId), Does.Contain("no-udp").And.Not.Contain("all"));
        Assert.That((drop.RuleId, drop.Object), Is.EqualTo(("no-udp", ObjectKey.Of(new SecurityGroupId(100 + Lab.Neighbour)))));
    }

    [Test]
    public void TellIcmpMessagesApart([Values] bool isIpv6)
    {
        uint echo = isIpv6 ? Icmpv6Type.Echo : IcmpType.Echo;
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("ping") with
        {
            EtherType = isIpv6 ? RuleEtherType.Ipv6 : RuleEtherType.Ipv4,
            Protocol = IpProtocol.Icmp,
            Icmp = new IcmpMatch(echo),
        });
        var dialogue = Dialogue.Local(node, isIpv6);

        Assert.That(dialogue.Send(Echo(dialogue, isReply: true)), Is.EqualTo(DropReason.SecurityGroupDenied), "an answer that nobody asked for");
        Assert.That(dialogue.Send(Echo(dialogue, isReply: false, identifier: 8)), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Answer(EchoBack(dialogue, identifier: 8)), Is.EqualTo(DropReason.None), "answers follow");
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
    }

    [TestCase(IpProtocol.Icmp, RuleEtherType.Ipv6, true)]
    [TestCase(IpProtocol.Icmpv6, RuleEtherType.Ipv6, true)]
    [TestCase(IpProtocol.Icmp, RuleEtherType.Ipv4, false)]
    public void MeanIcmpv6ByIcmpOverIpv6(byte protocol, RuleEtherType etherType, bool passes)
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("icmp") with { EtherType = etherType, Protocol = protocol });
        var dialogue = Dialogue.Local(node, isIpv6: true);

        Assert.That(dialogue.Send(Echo(dialogue, isReply: false)), Is.EqualTo(passes ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void AskForPortsOnlyWhereThereAreSome()
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("low").To(80, 80));
        var dialogue = Dialogue.Local(node);
        Dialogue other = dialogue with { ServerPort = 81 };

        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(other.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(dialogue.Send(TcpFlags.Syn, 1), Is.EqualTo(DropReason.None));
        Assert.That(other.Send(TcpFlags.Syn, 1), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(dialogue.Send(Craft.Sctp("10.1.0.2", "10.1.0.3", 1000, 80)), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Send(Craft.Sctp("10.1.0.2", "10.1.0.3", 1000, 81)), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(dialogue.Send(Craft.Ip("10.1.0.2", "10.1.0.3", IpProtocol.Gre, new byte[8])), Is.EqualTo(DropReason.None), "a rule for any protocol");
        Assert.That(dialogue.Send(Echo(dialogue, isReply: false)), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void ExemptLinkLocalTraffic()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            SecurityGroups = [new SecurityGroup(new SecurityGroupId(9), "", [])],
            Vifs =
            [
                Guarding.TenantVif(Lab.Tenant) with { SecurityGroups = [new SecurityGroupId(9)] },
                Guarding.TenantVif(Lab.Neighbour) with { SecurityGroups = [new SecurityGroupId(9)], Addresses = [Prefix("10.1.0.3"), Prefix("169.254.169.254")] },
            ],
        });

        Assert.That(Dialogue.Local(node).SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That((Dialogue.Local(node) with { Server = new End(Lab.Neighbour, "169.254.169.254") }).SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(Craft.Udp("10.1.0.2", "169.254.169.254", from: 5))).DropReason, Is.EqualTo(DropReason.None));
    }

    [Test]
    public void ExemptWhatTheGatewayAnswers()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant);

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Echo("10.1.0.2", "10.1.0.1")));
        node.SentOnce(Lab.Tenant);
        node.Receive(Lab.Tenant, Craft.Ethernet("ff:ff:ff:ff:ff:ff", Lab.TenantMac(Lab.Tenant), Craft.Arp(1, Lab.TenantMac(Lab.Tenant), "10.1.0.2", "10.1.0.1"), EtherType.Arp));
        node.SentOnce(Lab.Tenant);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void AreNotAskedWherePolicyIsDisabled([Values] bool atSender)
    {
        uint vif = atSender ? Lab.Tenant : Lab.Neighbour;
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            SecurityGroups = [new SecurityGroup(new SecurityGroupId(9), "", [])],
            Vifs = [Guarding.TenantVif(vif) with { SecurityGroups = [new SecurityGroupId(9)], PolicyDisabled = true }],
        });

        Assert.That(Dialogue.Local(node).SendUdp(), Is.EqualTo(DropReason.None));
        Assert.That(Dialogue.Local(node).AnswerUdp(), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 1 }), "the other end has policy");
    }

    [Test]
    public void KeepADeniedFlowFiveSecondsFromItsFirstPacket()
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour);
        var dialogue = Dialogue.Local(node);

        for (int i = 0; i < 4; i++)
        {
            Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
            Assert.That(node.Flows().Select(flow => (flow.Action, flow.Packets)), Is.EqualTo(new[] { (FlowAction.Drop, (ulong)i + 1), (FlowAction.Drop, 0ul) }));
            node.Wait(1.2);
        }

        node.Wait(0.3);
        Assert.That(node.Flows(), Is.Empty);
        Assert.That(node.Plane.ReadCounters().FlowsCreated, Is.EqualTo(2));
    }

    private static byte[] Echo(Dialogue dialogue, bool isReply, ushort identifier = 7) => Message(dialogue.Client, dialogue.Server, isReply, identifier);

    private static byte[] EchoBack(Dialogue dialogue, ushort identifier = 7) => Message(dialogue.Server, dialogue.Client, isReply: true, identifier);

    private static byte[] Message(End from, End to, bool isReply, ushort identifier)
    {
        byte type = (from.IsIpv6, isReply) switch
        {
            (true, false) => Icmpv6Type.Echo,
            (true, true) => Icmpv6Type.EchoReply,
            (false, false) => IcmpType.Echo,
            _ => IcmpType.EchoReply,
        };

        return Craft.Icmp(from.Address, to.Address, type, 0, (uint)identifier << 16 | 1, Craft.Payload);
    }
}
