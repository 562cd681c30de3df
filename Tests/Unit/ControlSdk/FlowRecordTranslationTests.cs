using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using V1 = VRouter.ControlSdk.V1;

namespace VRouter.Tests.Unit.ControlSdk;

[TestFixture]
internal sealed class FlowRecordTranslationTests
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, 60, TimeSpan.Zero);

    private static readonly FlowRecordKey s_key =
        new(new VrfId(1), IpAddress.Parse("10.1.0.2"), IpAddress.Parse("10.2.0.2"), IpProtocol.Tcp, 40000, 80, new VifId(2));

    private static readonly FlowRecordKey s_reverse =
        new(new VrfId(7), IpAddress.Parse("2001:db8::2"), IpAddress.Parse("2001:db8::1"), IpProtocol.Udp, 80, 40000, new VifId(3));

    [Test]
    public void WritesADeniedFlowThatEnded() => Assert.That(
        JsonContract.Format(FlowRecordTranslation.Write(new FlowRecord(s_key, s_reverse)
        {
            Action = FlowAction.Drop,
            Packets = 3,
            Bytes = 180,
            Started = s_time,
            LastSeen = s_time.AddSeconds(4),
            RuleId = "no-web",
            DropReason = DropReason.SecurityGroupDenied,
            EndReason = FlowEndReason.TimedOut,
        })),
        Is.EqualTo("""{ "key": { "vrf": 1, "source": "10.1.0.2", "destination": "10.2.0.2", "protocol": 6, "sourcePort": 40000, "destinationPort": 80, "interface": 2 }, "reverseKey": { "vrf": 7, "source": "2001:db8::2", "destination": "2001:db8::1", "protocol": 17, "sourcePort": 80, "destinationPort": 40000, "interface": 3 }, "action": "DROP", "packets": "3", "bytes": "180", "started": "2026-01-02T03:04:05.060Z", "lastSeen": "2026-01-02T03:04:09.060Z", "ruleId": "no-web", "dropReason": "SecurityGroupDenied", "endReason": "TimedOut" }"""));

    [TestCase(FlowAction.Forward, TcpState.HalfClosed, "FORWARD", "HalfClosed")]
    [TestCase(FlowAction.Nat, TcpState.None, "NAT", "")]
    public void WritesAFlowThatStands(FlowAction action, TcpState state, string writtenAction, string writtenState)
    {
        string written = JsonContract.Format(FlowRecordTranslation.Write(new FlowRecord(s_key, s_reverse) { Action = action, TcpState = state, NextHop = new NextHopId(10) }));

        Assert.That(written, Does.Contain($"\"action\": \"{writtenAction}\", \"nextHop\": 10,"));
        Assert.That(written, writtenState.Length == 0 ? Does.Not.Contain("tcpState") : Does.Contain($"\"tcpState\": \"{writtenState}\""));
        Assert.That(written, Does.Not.Contain("dropReason").And.Not.Contain("endReason"));
    }

    [Test]
    public void WritesAnEventADirection()
    {
        FlowRecord[] records = [new(s_key, s_reverse), new(s_reverse, s_key)];

        var item = new V1.Event();

        foreach (FlowRecord record in records)
        {
            FlowRecordTranslation.Write(new FlowEvent(FlowEventKind.Started, s_time, records), record, item);
            Assert.That((item.FlowStarted.Key.Vrf, item.Time.ToDateTimeOffset()), Is.EqualTo((record.Key.Vrf.Value, s_time)));

            FlowRecordTranslation.Write(new FlowEvent(FlowEventKind.Ended, s_time, records), record, item);
            Assert.That((item.FlowEnded.Key.Vrf, item.FlowStarted), Is.EqualTo((record.Key.Vrf.Value, (V1.FlowRecord?)null)));
        }
    }

    [Test]
    public void KeepsNothingOfARecordThatWasWrittenBefore()
    {
        var full = new FlowRecord(s_key, s_reverse)
        {
            Action = FlowAction.Drop,
            TcpState = TcpState.Established,
            NextHop = new NextHopId(10),
            Packets = 7,
            Bytes = 700,
            Started = s_time,
            LastSeen = s_time,
            RuleId = "rule",
            DropReason = DropReason.SecurityGroupDenied,
            EndReason = FlowEndReason.Closed,
        };
        var empty = new FlowRecord(s_reverse, s_key);
        var written = new V1.FlowRecord();

        FlowRecordTranslation.Write(full, written);
        FlowRecordTranslation.Write(empty, written);

        Assert.That(written, Is.EqualTo(FlowRecordTranslation.Write(empty)));
    }

    [Test]
    public void KeepsNothingInThePool()
    {
        var policy = new ClearedMessages<V1.FlowRecord>();
        V1.FlowRecord record = FlowRecordTranslation.Write(new FlowRecord(s_key, s_reverse) { RuleId = "rule", Packets = 7, Started = s_time });

        Assert.That(policy.Return(record), Is.True);
        Assert.That(record, Is.EqualTo(new V1.FlowRecord()));
    }

    [TestCase("""{ }""")]
    [TestCase("""{ "match": { "vrf": 1, "source": "10.1.0.2", "destination": "10.2.0.2", "protocol": 6, "sourcePort": 40000, "destinationPort": 80, "interface": 2 } }""")]
    [TestCase("""{ "interface": 3, "match": { "protocol": 6 } }""")]
    [TestCase("""{ "interface": 2 }""")]
    public void MeansWhatAgreesWithAllThatIsSet(string request) => Assert.That(Read(request).Matches(s_key, s_reverse), Is.True);

    [TestCase("""{ "match": { "vrf": 2 } }""")]
    [TestCase("""{ "match": { "source": "10.1.0.3" } }""")]
    [TestCase("""{ "match": { "destination": "10.1.0.2" } }""")]
    [TestCase("""{ "match": { "source": "10.1.0.2", "protocol": 17 } }""")]
    [TestCase("""{ "match": { "sourcePort": 80 } }""")]
    [TestCase("""{ "match": { "destinationPort": 40000 } }""")]
    [TestCase("""{ "match": { "interface": 3 } }""")]
    [TestCase("""{ "interface": 4 }""")]
    public void DoesNotMeanWhatDiffersInOne(string request) => Assert.That(Read(request).Matches(s_key, s_reverse), Is.False);

    [Test]
    public void NamesEverythingThatCannotBeRead()
    {
        using var dataPlane = new DataPlane(new DataPlaneOptions { Frames = 64 });
        V1.ListFlowsRequest request = Parse("""{ "match": { "source": "10.1.0.300", "protocol": 256, "destinationPort": 65536 } }""");

        Assert.That(() => dataPlane.ListFlows(request), Throws.ArgumentException.With.Message.Contains("match.source: '10.1.0.300' is not an IP address")
            .And.Message.Contains("match.protocol: 256 is above 255").And.Message.Contains("match.destination_port: 65536 is above 65535"));
    }

    private static FlowFilter Read(string request)
    {
        List<V1.Problem> problems = [];
        V1.ListFlowsRequest parsed = Parse(request);
        FlowFilter filter = FlowRecordTranslation.Read(parsed, new ObjectScope(parsed, problems));
        Assert.That(problems, Is.Empty);
        return filter;
    }

    private static V1.ListFlowsRequest Parse(string request) => JsonContract.Parse<V1.ListFlowsRequest>(System.Text.Encoding.UTF8.GetBytes(request));
}
