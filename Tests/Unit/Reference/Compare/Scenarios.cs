using FsCheck;
using FsCheck.Fluent;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Random scenarios: conversations that are nearly right, in configurations that change.</summary>
internal static class Scenarios
{
    /// <summary>Conversations of a scenario.</summary>
    private const int Most = 4;

    private static readonly byte[] s_protocols = [IpProtocol.Tcp, IpProtocol.Tcp, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Udp, IpProtocol.Icmp, IpProtocol.Sctp, IpProtocol.Esp];
    private static readonly int[] s_shifts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, -1, 500, -500, 1001, 9000, int.MinValue];

    private static readonly Piece[] s_pieces =
    [
        Piece.First, Piece.First, Piece.First, Piece.Middle, Piece.Middle, Piece.Middle, Piece.Last, Piece.Last, Piece.Last, Piece.Overlapping, Piece.Impossible, Piece.Tiny, Piece.Atomic,
    ];

    private static readonly TcpFlags[] s_flags =
    [
        TcpFlags.Syn, TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Ack,
        TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Fin, TcpFlags.None,
    ];

    private static readonly Gen<Party> s_party = Gen.Frequency((5, Gen.Elements(Site.Guests)), (3, Gen.Elements(Site.Remotes)), (1, Gen.Constant(Site.Stack)), (1, Gen.Constant(Site.Stranger)));
    private static readonly Gen<Party> s_server = Gen.Frequency((2, s_party), (3, Gen.Elements([.. Site.Services, Site.Node])), (2, Gen.Elements([.. Site.Remotes[..2], Site.Stranger])));

    private static readonly Gen<Conversation> s_conversation =
        from client in s_party
        from server in s_server
        where client != server
        from isIpv6 in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from protocol in Gen.Elements(s_protocols)
        from port in Gen.Elements<ushort>(1000, 1001)
        from service in Gen.Elements<ushort>(80, 53)
        select new Conversation(client, server, isIpv6, protocol, port, service);

    private static readonly Gen<Entry> s_entry = Gen.Frequency(
        (5, Gen.Constant(Entry.Vni)), (2, Gen.Constant(Entry.OtherVni)), (2, Gen.Constant(Entry.VrfLabel)), (2, Gen.Constant(Entry.VifLabel)));

    private static readonly Gen<PacketStep> s_packet =
        from conversation in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Constant(1)), (1, Gen.Choose(2, Most - 1)))
        from isBack in Gen.Elements(false, true)
        from flags in Gen.Elements(s_flags)
        from sequence in Gen.Elements(s_shifts)
        from acknowledgement in Gen.Elements(s_shifts)
        from payload in Gen.Elements(0, 0, 30, 800)
        from ttl in Gen.Frequency((9, Gen.Constant(64)), (1, Gen.Constant(1)))
        from entry in s_entry
        from peer in Gen.Frequency((6, Gen.Constant(-1)), (1, Gen.Choose(0, 2)))
        from error in Gen.Frequency((10, Gen.Constant(ErrorKind.None)), (1, Gen.Elements(Enum.GetValues<ErrorKind>())))
        from piece in Gen.Frequency((4, Gen.Constant(Piece.Whole)), (1, Gen.Elements(s_pieces)))
        from id in Gen.Elements(1u, 1u, 2u)
        from member in Gen.Elements(Site.Tenants)
        from isAnew in Gen.Elements(false, false, false, true)
        from queue in Gen.Choose(0, 7)
        select new PacketStep(conversation, isBack)
        {
            Flags = flags,
            SequenceShift = sequence,
            AcknowledgementShift = acknowledgement,
            Payload = payload,
            Ttl = (byte)ttl,
            Entry = entry,
            Peer = peer,
            Error = error,
            Piece = error == ErrorKind.None ? piece : Piece.Whole,
            Id = id,
            Member = member,
            IsAnew = isAnew,
            Queue = queue,
        };

    private static readonly Gen<Step> s_step = Gen.Frequency(
        (20, s_packet.Select(packet => (Step)packet)),
        (1, Gen.Elements(3, 12, 44, 120).Select(paces => (Step)new WaitStep(paces))),
        (2, Gen.Frequency((2, Configurations.Changes), (1, Services.Changes)).Select(change => (Step)new ChangeStep(change))));

    private static readonly Gen<Scenario> s_scenario =
        from setup in Configurations.Setups
        from services in Gen.Frequency((1, Gen.Constant(new Transaction())), (2, Services.Setups))
        from conversations in s_conversation.ArrayOf(Most)
        from steps in s_step.ArrayOf()
        select new Scenario(setup.And(services), conversations, steps);

    public static Arbitrary<Scenario> All() => Arb.From(s_scenario, Shrink);

    /// <summary>Fewer steps, plainer ones, less configuration.</summary>
    private static IEnumerable<Scenario> Shrink(Scenario scenario)
    {
        IEnumerable<Step[]> fewer = WithoutSome(scenario.Steps).Concat(WithOnePlainer(scenario.Steps));
        IEnumerable<Transaction> less = Less(scenario.Setup);
        return fewer.Select(steps => scenario with { Steps = steps }).Concat(less.Select(setup => scenario with { Setup = setup }));
    }

    private static IEnumerable<T[]> WithoutSome<T>(IReadOnlyList<T> all)
    {
        for (int size = all.Count; size > 0; size /= 2)
        {
            for (int from = 0; from + size <= all.Count; from += size)
            {
                yield return [.. all.Take(from), .. all.Skip(from + size)];
            }
        }
    }

    private static IEnumerable<Step[]> WithOnePlainer(Step[] steps) =>
        from i in Enumerable.Range(0, steps.Length)
        where steps[i] is PacketStep
        from plainer in Plainer((PacketStep)steps[i]).Distinct()
        where plainer != steps[i]
        select (Step[])[.. steps[..i], plainer, .. steps[(i + 1)..]];

    private static IEnumerable<PacketStep> Plainer(PacketStep step) =>
    [
        step with { Queue = 0 },
        step with { Payload = 0 },
        step with { SequenceShift = 0 },
        step with { AcknowledgementShift = 0 },
        step with { Flags = TcpFlags.Ack },
        step with { Ttl = 64 },
        step with { Entry = Entry.Vni },
        step with { Peer = -1 },
        step with { Error = ErrorKind.None },
        step with { Piece = Piece.Whole },
        step with { Id = 0 },
        step with { Member = Site.Tenants[0] },
        step with { IsAnew = false },
    ];

    private static IEnumerable<Transaction> Less(Transaction setup) =>
    [
        .. Less(setup, of => of.SourceNats),
        .. Less(setup, of => of.FloatingIps),
        .. Less(setup, of => of.Routes),
        .. Less(setup, of => of.Vifs),
        .. setup.SecurityGroups.SelectMany((one, place) => LessOf(setup, one, place)),
    ];

    private static IEnumerable<Transaction> Less<T>(Transaction setup, Func<Transaction, List<T>> kind) =>
        WithoutSome(kind(setup)).Select(fewer => setup.With(kind, fewer));

    private static IEnumerable<Transaction> LessOf(Transaction setup, SecurityGroup one, int place) =>
        from rules in WithoutSome(one.Rules)
        let groups = setup.SecurityGroups.Select((other, i) => i == place ? one with { Rules = [.. rules] } : other)
        select setup.With(of => of.SecurityGroups, groups);
}
