using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>ICMP errors go with the flow of the packet that they quote, or not at all (semantics, section 4).</summary>
[TestFixture]
public sealed class RelatedErrorsTests
{
    [Test]
    public void FollowTheFlowWhateverTheGroupsSay([Values] bool isIpv6, [Values] bool isRemote)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("udp") with { Protocol = IpProtocol.Udp });
        Dialogue dialogue = isRemote ? Dialogue.Remote(node, isIpv6) : Dialogue.Local(node, isIpv6);
        dialogue.SendUdp();

        byte[] error = Error(dialogue.Server.Address, dialogue.Client.Address, dialogue.Udp());
        node.Receive(dialogue.Server.Vif, dialogue.Server.FrameOf(error));

        Assert.That(node.SentOnce(Lab.Tenant)[14..].Length, Is.EqualTo(error.Length));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 1 }));
    }

    [Test]
    public void MayBeAboutAnswers([Values] bool isIpv6)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Ingress("udp") with { Protocol = IpProtocol.Udp });
        Dialogue dialogue = Dialogue.Remote(node, isIpv6).Reversed;
        dialogue.SendUdp();
        dialogue.AnswerUdp();

        Assert.That(dialogue.Send(Error(dialogue.Client.Address, dialogue.Server.Address, dialogue.UdpBack())), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Answer(Error(dialogue.Server.Address, dialogue.Client.Address, dialogue.Udp())), Is.EqualTo(DropReason.None), "and about what came");
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 2, 2 }));
    }

    [Test]
    public void MayComeFromAnyRouterThatIsRoutedToItsTunnel([Values] bool isIpv6)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("udp") with { Protocol = IpProtocol.Udp });
        var dialogue = Dialogue.Remote(node, isIpv6);
        dialogue.SendUdp();
        string router = isIpv6 ? "fd02::99" : "10.2.0.99";

        Assert.That(dialogue.Answer(Error(router, dialogue.Client.Address, dialogue.Udp())), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void FollowConnectionsAndEchoes([Values] bool isIpv6)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("out"));
        Dialogue dialogue = Dialogue.Remote(node, isIpv6).Connect();
        byte[] echo = Craft.Echo(dialogue.Client.Address, dialogue.Server.Address);
        byte[] sctp = Craft.Sctp(dialogue.Client.Address, dialogue.Server.Address, 5, 6);
        byte[] other = Craft.Ip(dialogue.Client.Address, dialogue.Server.Address, IpProtocol.Gre, new byte[8]);

        foreach (byte[] packet in (byte[][])[echo, sctp, other, dialogue.Tcp(TcpFlags.Ack, 101, 501, payload: 20)])
        {
            Assert.That(dialogue.Send(packet), Is.EqualTo(DropReason.None));
            Assert.That(dialogue.Answer(Error(dialogue.Server.Address, dialogue.Client.Address, packet)), Is.EqualTo(DropReason.None));
        }
    }

    [Test]
    public void FindAFlowWhoseAnswersComeByAnotherKey([Values] bool isIpv6)
    {
        // Answers are thought to come by VNI; these come under the tenant's label.
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("udp") with { Protocol = IpProtocol.Udp });
        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { SecurityGroups = [new SecurityGroupId(100 + Lab.Tenant)], Label = new MplsLabel(Lab.VifLabel) }] });
        var dialogue = Dialogue.Remote(node, isIpv6);
        dialogue.SendUdp();
        byte[] error = Error(dialogue.Server.Address, dialogue.Client.Address, dialogue.Udp());

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, Lab.Peer(false), Lab.Endpoint(false), Lab.VifLabel, error)));

        node.SentOnce(Lab.Tenant);
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void NeitherKeepAFlowNorAnswerIt()
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Remote(node);
        dialogue.SendUdp();
        DateTimeOffset seen = node.Flows()[0].LastSeen;
        node.Wait(100);

        Assert.That(dialogue.Answer(Error(dialogue.Server.Address, dialogue.Client.Address, dialogue.Udp())), Is.EqualTo(DropReason.None));
        Assert.That(node.Flows()[0].LastSeen, Is.EqualTo(seen));
        node.Wait(21);
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void AreDeniedWithTheirFlow()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant);
        var dialogue = Dialogue.Remote(node);
        dialogue.SendUdp();

        Assert.That(dialogue.Answer(Error(dialogue.Server.Address, dialogue.Client.Address, dialogue.Udp())), Is.EqualTo(DropReason.SecurityGroupDenied));
    }

    [Test]
    public void EndWithoutAFlow([Values] bool isIpv6, [Values] bool fromTenant)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node, isIpv6);
        (Dialogue dialogue, byte[] error) sent = fromTenant
            ? (dialogue, Error(dialogue.Client.Address, dialogue.Server.Address, dialogue.UdpBack()))
            : (dialogue.Reversed, Error(dialogue.Server.Address, dialogue.Client.Address, dialogue.Udp()));

        Assert.That(sent.dialogue.Send(sent.error), Is.EqualTo(DropReason.UnrelatedError));
        Assert.That(node.Flows(), Is.Empty);
    }

    [Test]
    public void PassBetweenEndsWithoutPolicy()
    {
        using Node node = Lab.StartUntracked();
        var dialogue = Dialogue.Local(node);

        Assert.That(dialogue.Answer(Error(dialogue.Server.Address, dialogue.Client.Address, dialogue.Udp())), Is.EqualTo(DropReason.None));
    }

    internal static byte[] Error(string from, string to, byte[] quoted, int cut = int.MaxValue)
    {
        bool isIpv6 = to.Contains(':', StringComparison.Ordinal);
        return Craft.Icmp(from, to, isIpv6 ? Icmpv6Type.DestinationUnreachable : IcmpType.DestinationUnreachable, isIpv6 ? (byte)4 : (byte)3, 0, quoted[..Math.Min(cut, quoted.Length)]);
    }
}
