using NUnit.Framework;
using VRouter.Encap;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Services.Groups;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>What belongs to a flow through a group though it does not tell the ports: it takes the flow's member (semantics, sections 1 and 4).</summary>
[TestFixture]
public sealed class EcmpRelatedTests
{
    private const int Calls = 24;

    private static readonly byte[] s_payload = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    [Test]
    public void FragmentsFollowTheirFirst([Values("012", "201", "210")] string order, [Values] bool isIpv6)
    {
        using Node node = Groups.Start(Member(A), Member(B), Member(C));
        uint[] expected = [.. Enumerable.Range(1, Calls).Select(port => MemberOfWhole(Request((ushort)port, isIpv6: isIpv6)))];
        Assert.That(expected.Distinct().Count(), Is.EqualTo(3));

        for (ushort port = 1; port <= Calls; port++)
        {
            byte[][] pieces = Fragments.Of((Request(port, isIpv6: isIpv6) with { Payload = s_payload }).Bytes, port, 64, 128);
            Array.ForEach([.. order], place => node.Receive(Lab.Tenant, Lab.FromTenant(pieces[place - '0'])));
            Tunnelled[] sent = [.. node.SentAll(Lab.Fabric).Select(frame => Tunnelled.Read(frame))];

            Assert.That(sent, Has.Length.EqualTo(3));
            Assert.That(sent.Select(piece => piece.Headers.Label - LabelOfA + A), Is.All.EqualTo(expected[port - 1]), "another vRouter chooses the same for what is whole");
            Assert.That(sent.Select(piece => piece.SourcePort).Distinct().Count(), Is.EqualTo(1), "the entropy");
        }
    }

    [Test]
    public void ErrorsAboutAnswersGoToWhoAnswered([Values] bool isIpv6)
    {
        using Node node = Groups.Start(Member(A), Member(B), Member(C));

        for (ushort port = 1; port <= Calls; port++)
        {
            Message request = Request(port, isIpv6: isIpv6);
            uint member = node.Ask(request);
            Door door = Doors[member - A];
            node.Receive(Lab.Fabric, door.Frame(request.Back().Bytes));
            byte[] answer = Door.Tenant().Taken(node);

            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Icmp(request.Source, request.Destination, isIpv6 ? Icmpv6Type.DestinationUnreachable : IcmpType.DestinationUnreachable, isIpv6 ? (byte)4 : (byte)3, 0, answer)));
            door.Taken(node);
        }

        Assert.That(node.Flows(), Has.Length.EqualTo(2 * Calls));
    }

    [Test]
    public void EchoesAreSpreadByTheirIdentifiers([Values] bool isIpv6)
    {
        using Node node = Groups.Start(Member(A), Member(B), Member(C));
        uint[] taken = [.. Enumerable.Range(1, 120).Select(id => node.Ask(Request((ushort)id, IpProtocol.Icmp, isIpv6)))];

        Assert.That(taken.GroupBy(member => member).Select(group => group.Count()), Has.Exactly(3).InRange(20, 60));
        Assert.That(Enumerable.Range(1, 120).Select(id => node.Ask(Request((ushort)id, IpProtocol.Icmp, isIpv6))), Is.EqualTo(taken));
    }

    private static uint MemberOfWhole(Message request)
    {
        using Node other = Groups.Start(Member(C), Member(B), Member(A));
        return other.Ask(request);
    }
}
