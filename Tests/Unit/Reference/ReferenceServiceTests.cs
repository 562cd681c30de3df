using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The reference does what section 6 of the semantics says, by hand.</summary>
[TestFixture]
public sealed class ReferenceServiceTests
{
    private const string Pool = "10.6.0.1";

    private static readonly Party s_guest = Site.Guests[0], s_neighbour = Site.Guests[1], s_remote = Site.Remotes[0], s_service = Site.Services[0];

    [TestCase(IpProtocol.Tcp)]
    [TestCase(IpProtocol.Udp)]
    [TestCase(IpProtocol.Sctp)]
    [TestCase(IpProtocol.Icmp)]
    public void GivesAGuestWhatItsFloatingIpGets(byte protocol)
    {
        ReferenceLab lab = Served(new Conversation(s_remote, s_service, IsIpv6: false, protocol, 1000, 80));

        IpPacket delivered = Inside(lab.Send());
        IpPacket answered = Inside(lab.Answer());

        Assert.That((delivered.Source, delivered.Destination), Is.EqualTo((s_remote.Address(false), s_neighbour.Address(false))));
        Assert.That((answered.Source, answered.Destination), Is.EqualTo((s_service.Address(false), s_remote.Address(false))));
        Assert.That((HasRightChecksum(delivered), HasRightChecksum(answered)), Is.EqualTo((true, true)));
    }

    [Test]
    public void MapsPortsAndNothingElse([Values(80, 81)] int port)
    {
        ReferenceLab lab = Served(
            new Conversation(s_remote, s_service, IsIpv6: false, IpProtocol.Udp, 1000, (ushort)port),
            floatingIp => floatingIp with { PortMappings = [new PortMapping(IpProtocol.Udp, 80, 8080)] });

        Outcome outcome = lab.Send();

        Assert.That(outcome.Reason, Is.EqualTo(port == 80 ? DropReason.None : DropReason.FloatingIpPortUnmapped));
        Assert.That(port == 81 || Inside(outcome).DestinationPort == 8080, Is.True);
    }

    [Test]
    public void ServesOnlyWhoMayBeServed()
    {
        ReferenceLab lab = Served(ReferenceLab.Udp(s_remote, s_service), floatingIp => floatingIp with { SourcePrefixes = [IpPrefix.Parse("10.3.0.0/16")] });

        Assert.That(lab.Send().Reason, Is.EqualTo(DropReason.FloatingIpSourceDenied));
    }

    [Test]
    public void ReachesAClientThatIsItsOwnMember()
    {
        ReferenceLab lab = Served(ReferenceLab.Udp(s_neighbour, s_service));

        IpPacket delivered = Inside(lab.Send());

        Assert.That((delivered.Source, delivered.Destination), Is.EqualTo((s_service.Address(false), s_neighbour.Address(false))));
    }

    [Test]
    public void KeepsTheOriginalPortWhereItIsFree()
    {
        ReferenceLab lab = Leaving(ReferenceLab.Udp(s_guest, s_remote), ReferenceLab.Udp(s_neighbour, s_remote));

        IpPacket first = Inside(lab.Send()), second = Inside(lab.Send(new PacketStep(1, false)));

        Assert.That((first.Source, first.SourcePort), Is.EqualTo((IpAddress.Parse(Pool), (ushort)1000)));
        Assert.That((second.Source, second.SourcePort), Is.EqualTo((IpAddress.Parse(Pool), (ushort)1001)));
    }

    [Test]
    public void HasNoMorePortsThanThereAre()
    {
        ReferenceLab lab = Leaving([.. Enumerable.Range(0, 3).Select(i => ReferenceLab.Udp(s_guest, s_remote) with { ClientPort = (ushort)(3000 + i) })]);
        lab.Send();
        lab.Send(new PacketStep(1, false));

        Assert.That(lab.Send(new PacketStep(2, false)).Reason, Is.EqualTo(DropReason.SourceNatExhausted));
    }

    [Test]
    public void HasEachPortOnceForEveryDestination()
    {
        ReferenceLab lab = Leaving([.. Enumerable.Range(0, 4).Select(i => ReferenceLab.Udp(s_guest, s_remote) with { ServerPort = (ushort)(80 + i) })]);

        Outcome[] outcomes = [.. Enumerable.Range(0, 4).Select(i => lab.Send(new PacketStep(i, false)))];

        Assert.That(outcomes.Select(outcome => Inside(outcome).SourcePort), Is.All.EqualTo(1000));
    }

    [Test]
    public void TellsWhoIsRejected()
    {
        var lab = new ReferenceLab(ReferenceLab.Tcp(s_guest, s_remote));
        lab.Router.Apply(new Transaction { NextHops = [new RejectNextHop(new NextHopId(Site.Rejecting))], Routes = [Site.Route(1, "10.2.0.2/32", Site.Rejecting)] });

        Outcome outcome = lab.Send(TcpFlags.Syn);

        Assert.That(outcome.Reason, Is.EqualTo(DropReason.Rejected));
        Assert.That(Segment.Read(Inside(outcome).Transport).Flags, Is.EqualTo(TcpFlags.Rst | TcpFlags.Ack));
    }

    [Test]
    public void MovesOnlyTheFlowsOfAMemberThatGoes()
    {
        ReferenceLab lab = Grouped([10, 11, 12]);
        uint?[] before = MembersOf(lab);

        lab.Router.Apply(Group([10, 11]));
        uint?[] after = MembersOf(lab);

        Assert.That(before.Distinct().Count(), Is.EqualTo(3));
        Assert.That(after.Distinct().Count(), Is.EqualTo(2));
        Assert.That(before.Zip(after).Count(pair => pair.First != pair.Second && after.Contains(pair.First)), Is.Zero);
    }

    private static uint?[] MembersOf(ReferenceLab lab)
    {
        for (int i = 0; i < 32; i++)
        {
            lab.Send(new PacketStep(i, false));
        }

        return [.. lab.Router.Flows.All.OrderBy(flow => flow.Forward.Key.Tuple.SourcePort).Select(flow => flow.Member)];
    }

    private static ReferenceLab Grouped(uint[] members)
    {
        var lab = new ReferenceLab([.. Enumerable.Range(0, 32).Select(i => ReferenceLab.Udp(s_guest, s_remote) with { ClientPort = (ushort)(1000 + i) })]);
        lab.Router.Apply(Group(members));
        lab.Router.Apply(new Transaction { Routes = [Site.Route(1, "10.2.0.2/32", Site.ToGroups[0])] });
        return lab;
    }

    private static Transaction Group(uint[] members) => new()
    {
        NextHops = [new EcmpNextHop(new NextHopId(Site.ToGroups[0])) { Members = [.. members.Select(id => new EcmpMember(new NextHopId(id)))] }],
    };

    /// <summary>The neighbour behind a floating IP of its VRF.</summary>
    private static ReferenceLab Served(Conversation conversation, Func<FloatingIp, FloatingIp>? with = null)
    {
        var lab = new ReferenceLab(conversation);
        var floatingIp = new FloatingIp(new VrfId(1), s_service.Address(isIpv6: false)) { Vifs = [new VifId(s_neighbour.Vif)] };
        lab.Router.Apply(new Transaction
        {
            NextHops = [new VifNextHop(new NextHopId(Site.ToTenant(3)), new VifId(3))],
            Routes = [Site.Route(1, s_service.Ipv4 + "/32", Site.ToTenant(3))],
            FloatingIps = [with is null ? floatingIp : with(floatingIp)],
        });
        return lab;
    }

    /// <summary>A source NAT of two ports from VRF 1 to VRF 2.</summary>
    private static ReferenceLab Leaving(params Conversation[] conversations)
    {
        var lab = new ReferenceLab(conversations);
        lab.Router.Apply(new Transaction
        {
            Routes = [Site.Route(1, "10.2.0.0/16", Site.ToVrfs[1])],
            SourceNats = [new SourceNat(new SourceNatId(1)) { Vrf = new VrfId(1), OutsideVrf = new VrfId(2), Addresses = [IpAddress.Parse(Pool)], Ports = new PortRange(1000, 1001) }],
        });
        return lab;
    }

    private static IpPacket Inside(Outcome outcome) => TunnelFrames.Inside(outcome.Sent.Single().Frame).Ip;

    private static bool HasRightChecksum(IpPacket ip)
    {
        byte[] transport = ip.Transport;

        return ip.Protocol switch
        {
            IpProtocol.Sctp => transport.AsSpan(8, 4).SequenceEqual(Crc32c.Of(Octets.With(transport, 8, 0, 0, 0, 0))),
            IpProtocol.Icmp => InternetChecksum.Of(transport) == 0,
            _ => InternetChecksum.Of(InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, transport.Length), transport) == 0,
        };
    }
}
