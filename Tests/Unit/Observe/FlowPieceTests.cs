using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Observe;

/// <summary>What is told of flows that are unlike the usual pair.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FlowPieceTests : IDisposable
{
    private static readonly FlowKey s_key = FlowKey.OfIpv4(3, 1, 0x0A00_0001, 0x0A00_0002, IpProtocol.Udp, 0x1000_0035);

    private readonly FlowTable _table = new(16, new FlowSeed(1, 2), new FlowTimeouts(), now: 0);

    [Test]
    public void HoldsNothingOfAnotherWorkersFlow()
    {
        _table.Entry(Insert(s_key, s_key)).Traits = FlowTraits.Elsewhere;
        Insert(s_key.Reverse(), s_key.Reverse(4, 1));

        Assert.That(Filled().Flows.ToArray().Select(flow => flow.Forward.Key), Is.EqualTo(new[] { s_key.Reverse() }));
    }

    [Test]
    public void HoldsAFlowOfOneDirectionOnce()
    {
        Insert(s_key, s_key);

        FlowRecord record = Told(Filled()).Single();

        Assert.That((record.Key.Source, record.Key.SourcePort), Is.EqualTo((s_key.Source, s_key.SourcePort)));
        Assert.That((record.ReverseKey.Source, record.ReverseKey.SourcePort), Is.EqualTo((s_key.Destination, s_key.DestinationPort)));
    }

    [Test]
    public void TellsThatItIsTranslated()
    {
        uint entry = Insert(s_key, s_key.Reverse(4, 1));
        _table.Entry(entry).Traits = FlowTraits.DestinationTranslated;
        _table.Entry(FlowTable.Peer(entry)).Traits = FlowTraits.SourceTranslated;

        Assert.That(Told(Filled()).Select(record => record.Action), Is.All.EqualTo(FlowAction.Nat).And.Exactly(2).Items);
    }

    [Test]
    public void KeepsWhatIsMeant()
    {
        Insert(s_key, s_key.Reverse(4, 1));
        Insert(s_key.Reverse(), s_key.Reverse(5, 1).Reverse());
        FlowPiece piece = Filled();

        piece.Keep(flow => flow.Forward.Key == s_key.Reverse());

        Assert.That(piece.Flows.ToArray().Select(flow => flow.Forward.Key), Is.EqualTo(new[] { s_key.Reverse() }));
    }

    public void Dispose() => _table.Dispose();

    private static FlowRecord[] Told(FlowPiece piece)
    {
        var records = new FlowRecords(new ObjectIds(), new RuleNames(), DateTimeOffset.UnixEpoch);
        return [.. piece.Flows.ToArray().SelectMany(flow => records.Tell(flow, piece.Time, FlowFilter.All))];
    }

    private FlowPiece Filled()
    {
        var piece = new FlowPiece();
        piece.Fill(_table, now: 0);
        Assert.That(piece.IsLast, Is.True);
        return piece;
    }

    private uint Insert(FlowKey forward, FlowKey reverse)
    {
        uint entry = _table.Insert(forward, reverse, FlowClass.UdpNew, now: 0);
        Assert.That(entry, Is.Not.Zero);
        return entry;
    }
}
