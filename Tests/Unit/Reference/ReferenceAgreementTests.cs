using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Short scenarios, each of something that the data plane once did otherwise than the reference.</summary>
[TestFixture]
public sealed class ReferenceAgreementTests
{
    private static readonly Party s_guest = Site.Guests[0], s_neighbour = Site.Guests[1], s_other = Site.Guests[2], s_remote = Site.Remotes[0];
    private static readonly PacketStep s_forth = new(0, IsBack: false), s_back = new(0, IsBack: true);

    [Test]
    public void HoldsThroughAnotherVrfWithoutPolicy([Values] bool atBothEnds) => Check(
        Udp(s_guest, s_other),
        Change(Site.Tenant(4) with { PolicyDisabled = atBothEnds }),
        s_forth, s_forth);

    [Test]
    public void HoldsForAnErrorToASenderBehindAnotherVrf() => Check(
        Udp(s_remote, s_neighbour),
        Without(Site.Route(1, "10.2.0.0/16", 10)),
        s_forth with { Entry = Entry.OtherVni, Ttl = 1 });

    [Test]
    public void HoldsForAnswersThatGoRoundInACircle() => Check(
        Udp(Site.Guests[3], s_other),
        Change(Site.Route(2, "10.1.0.4/32", 22)),
        s_back, s_forth);

    [Test]
    public void HoldsWhenTheFarEndHasMoved([Values] bool withItsPackets) => Check(
        Udp(s_remote, s_neighbour),
        Change(Ingress(3)),
        s_forth,
        Change(Site.Route(1, "10.2.0.2/32", 11)),
        withItsPackets ? s_forth with { Peer = 1 } : s_back, s_back, s_forth with { Peer = 1 }, s_forth with { Peer = 0 });

    [Test]
    public void HoldsWhenATunnelLeadsElsewhere([Values] bool isTheClientThere) => Check(
        isTheClientThere ? Udp(s_remote, s_neighbour) : Udp(s_neighbour, s_remote),
        s_forth, s_back,
        Change(new TunnelNextHop(new NextHopId(10), EncapsulationKind.Vxlan, IpAddress.Parse(Site.Peers[1])) { Label = 7 }),
        s_forth, s_back);

    [Test]
    public void HoldsForASourceThatOneOfTwoVrfsHasLost() => Check(
        Udp(s_remote, s_other),
        s_forth with { Entry = Entry.OtherVni },
        Change(Site.Route(1, "10.2.0.0/16", 30)),
        s_forth with { Entry = Entry.OtherVni });

    [Test]
    public void HoldsForADestinationThatIsRoutedElsewhereAfterTheLabelWasLeft() => Check(
        Udp(s_remote, s_neighbour),
        s_forth with { Entry = Entry.VifLabel }, s_forth,
        Change(Site.Route(1, "10.1.0.3/32", 30)),
        s_forth);

    [Test]
    public void HoldsForAConnectionThatBeginsAgainUnderAnotherLabel() => Check(
        new Conversation(s_remote, s_neighbour, IsIpv6: false, IpProtocol.Tcp, 1000, 80),
        s_forth with { Flags = TcpFlags.Rst, Entry = Entry.VifLabel },
        s_forth with { Flags = TcpFlags.Syn },
        Change(new TunnelNextHop(new NextHopId(12), EncapsulationKind.MplsOverGre, IpAddress.Parse(Site.Peers[2]))),
        s_forth with { Flags = TcpFlags.Syn | TcpFlags.Ack },
        s_forth with { Flags = TcpFlags.Rst | TcpFlags.Ack });

    [Test]
    public void HoldsForPacketsOfADeniedFlowFromNoKnownTunnel() => Check(
        Udp(s_remote, s_neighbour),
        Change(Ingress(3)),
        Change(new TunnelNextHop(new NextHopId(10), EncapsulationKind.Vxlan, IpAddress.Parse(Site.Peers[1]))),
        s_back, s_forth);

    [Test]
    public void HoldsForOneInTheFabricWhoHasTheAddressOfAnEndThatIsHere() => Check(
        Udp(s_neighbour, s_remote),
        Change(Site.Route(1, "10.2.0.0/16", Site.ToHost)),
        s_forth, s_back with { Entry = Entry.OtherVni }, s_forth);

    [Test]
    public void HoldsWhenACircleOfVrfsEnds() => Check(
        Udp(Site.Guests[3], s_remote),
        Change(Site.Route(2, "10.1.0.5/32", 21)),
        s_forth,
        Change(Site.Route(1, "10.1.0.5/32", 11)),
        s_forth, s_back);

    [Test]
    public void HoldsForAFlowWhoseAnswersAreAnothers() => Check(
        Udp(s_remote, Site.Remotes[3]),
        s_forth, s_forth with { Entry = Entry.OtherVni },
        Change(Site.Route(2, "10.2.0.0/16", 30)),
        s_forth with { Entry = Entry.OtherVni }, s_back);

    [Test]
    public void HoldsForAnswersByAVrfThatHasLostTheirSource() => Check(
        Udp(Site.Guests[3], s_remote),
        s_forth, s_back with { Entry = Entry.OtherVni },
        Without(Site.Route(1, "10.2.0.0/16", 10)),
        s_back with { Entry = Entry.OtherVni }, s_back);

    [Test]
    public void HoldsForAnErrorAboutAnAnswerWhileSomethingHasChanged() => Check(
        Udp(s_guest, s_remote),
        Change(Site.Tenant(2)),
        Change(Site.Route(2, "10.2.0.0/16", 10) with { Label = 99 }),
        s_forth,
        Change(Site.Tenant(3) with { SecurityGroups = [new SecurityGroupId(3)] }, new SecurityGroup(new SecurityGroupId(3), "", [])),
        s_back,
        s_back with { Ttl = 1, Entry = Entry.OtherVni });

    [Test]
    public void HoldsForWhoIsRefusedByOneDoorOnly() => Check(
        new Conversation(s_remote, Site.Services[0], IsIpv6: false, IpProtocol.Esp, 0, 0),
        Change(new VifNextHop(new NextHopId(Site.ToTenant(3)), new VifId(3))),
        Change(Site.Route(2, Site.Services[0].Ipv4 + "/32", Site.ToTenant(3))),
        new ChangeStep(new Transaction
        {
            FloatingIps =
            [
                new FloatingIp(new VrfId(1), Site.Services[0].Address(isIpv6: false))
                {
                    Vifs = [new VifId(3)],
                    PortMappings = [new PortMapping(IpProtocol.Udp, 53, 53)],
                },
            ],
        }),
        s_forth with { Entry = Entry.OtherVni },
        s_forth with { Entry = Entry.VifLabel, Member = 3 });

    [Test]
    public void HoldsForAFloatingIpThatIsRoutedElsewhereInAnotherVrf() => Check(
        Udp(s_remote, Site.Services[0]),
        Change(new VifNextHop(new NextHopId(Site.ToTenant(3)), new VifId(3))),
        Change(Site.Route(1, Site.Services[0].Ipv4 + "/32", Site.ToVrfs[1])),
        Change(Site.Route(2, Site.Services[0].Ipv4 + "/32", Site.ToTenant(3))),
        new ChangeStep(new Transaction { FloatingIps = [new FloatingIp(new VrfId(2), Site.Services[0].Address(isIpv6: false)) { Vifs = [new VifId(3)] }] }),
        s_forth,
        Change(Site.Route(2, Site.Services[0].Ipv4 + "/32", 11)),
        s_forth);

    [Test]
    public void HoldsForTheTraceOfAConversationWhoseAnswersAreAnothers() => Check(
        Udp(s_remote, Site.Services[0]),
        Change(new VifNextHop(new NextHopId(Site.ToTenant(3)), new VifId(3))),
        Change(Site.Route(1, Site.Services[0].Ipv4 + "/32", Site.ToTenant(3))),
        new ChangeStep(new Transaction { FloatingIps = [new FloatingIp(new VrfId(1), Site.Services[0].Address(isIpv6: false)) { Vifs = [new VifId(3)] }] }),
        s_forth, new WaitStep(120), s_back, s_forth);

    [Test]
    public void HoldsForTheTraceOfATranslatedConnectionThatBeginsAgain() => Check(
        new Conversation(s_neighbour, s_remote, IsIpv6: false, IpProtocol.Tcp, 1000, 80),
        Change(Site.Route(1, "10.2.0.0/16", Site.ToVrfs[1])),
        new ChangeStep(new Transaction
        {
            SourceNats = [new SourceNat(new SourceNatId(1)) { Vrf = new VrfId(1), OutsideVrf = new VrfId(2), Addresses = [IpAddress.Parse("10.6.0.1")], Ports = new PortRange(1000, 1001) }],
        }),
        s_forth with { Flags = TcpFlags.Rst | TcpFlags.Ack },
        s_forth with { Flags = TcpFlags.Syn });

    [Test]
    public void HoldsForAnAnswerWhoseQuestionWouldTakeAnotherMember([Values] bool isTheClientThere) => Check(
        isTheClientThere ? Udp(s_remote, s_neighbour) : Udp(s_neighbour, s_remote),
        Change(new EcmpNextHop(new NextHopId(60)) { Members = [new EcmpMember(new NextHopId(10)), new EcmpMember(new NextHopId(11))] }),
        Change(Site.Route(1, "10.2.0.2/32", 60)),
        s_forth, s_back,
        Change(new EcmpNextHop(new NextHopId(60)) { Members = [new EcmpMember(new NextHopId(12))] }),
        isTheClientThere ? s_forth : s_back, s_back);

    [Test]
    public void HoldsForAClientWithoutPolicyInAGroupBySource() => Check(
        Udp(s_guest, s_remote),
        Change(new EcmpNextHop(new NextHopId(60))
        {
            Members = [new EcmpMember(new NextHopId(10)), new EcmpMember(new NextHopId(11)), new EcmpMember(new NextHopId(12))],
            Hash = EcmpHash.SourceAddress,
        }),
        Change(Site.Route(1, "10.2.0.2/32", 60)),
        s_forth);

    private static void Check(Conversation conversation, params Step[] steps)
    {
        // Interface 2 has no policy, 3 has a label.
        var setup = new Transaction
        {
            Settings = Site.Settings with { TrustedTunnelSources = [] },
            Routes = [.. Site.Routes()],
            Vifs = [Site.Tenant(2) with { PolicyDisabled = true }, Site.Tenant(3) with { Label = new MplsLabel(Site.VifLabel(3)) }],
        };

        Assert.That(() => Comparison.Run(new Scenario(setup, [conversation], steps)), Throws.Nothing);
    }

    private static Conversation Udp(Party client, Party server) => new(client, server, IsIpv6: false, IpProtocol.Udp, 1000, 53);

    private static ChangeStep Change(Route route) => new ChangeStep(new Transaction { Routes = [route] });

    private static ChangeStep Change(NextHop nextHop) => new ChangeStep(new Transaction { NextHops = [nextHop] });

    private static ChangeStep Change(Vif vif) => new ChangeStep(new Transaction { Vifs = [vif] });

    private static ChangeStep Without(Route route) => new ChangeStep(new Transaction { Deletes = [ObjectKey.Of(route.Vrf, route.Prefix)] });

    private static ChangeStep Change(Vif vif, SecurityGroup group) => new ChangeStep(new Transaction { Vifs = [vif], SecurityGroups = [group] });

    /// <summary>An interface with a group that lets everything in and nothing out.</summary>
    private static ChangeStep Change(SecurityGroup group) => new ChangeStep(new Transaction
    {
        SecurityGroups = [group],
        Vifs = [Site.Tenant(group.Id.Value) with { SecurityGroups = [group.Id], Label = new MplsLabel(Site.VifLabel(group.Id.Value)) }],
    });

    private static SecurityGroup Ingress(uint vif) => new(new SecurityGroupId(vif), "", [new SecurityRule { Id = "in", Direction = RuleDirection.Ingress }]);
}
