using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.ControlSdk;

[TestFixture]
internal sealed class CountersTranslationTests
{
    private static readonly Counters s_counters = new(
        [
            new VifCounters(new VifId(9)) { RxPackets = 5, Drops = new Dictionary<DropReason, long> { [DropReason.NoRoute] = 3, [DropReason.Malformed] = 1 } },
            new VifCounters(new VifId(2)) { RxPackets = 1, RxBytes = 60, TxPackets = 2, TxBytes = 120, Made = 3, Consumed = 4, Held = 5, Drops = new Dictionary<DropReason, long> { [DropReason.NoRoute] = 2 } },
        ],
        [new WorkerCounters(1) { Packets = 6, Batches = 2, Busy = TimeSpan.FromMicroseconds(3), HandedOff = 4 }],
        Generation: 12)
    {
        Flows = 8,
        FlowsCreated = 10,
    };

    [Test]
    public void WritesInterfacesAndReasonsInOrder() => Assert.That(
        JsonContract.Format(CountersTranslation.Write(s_counters, [])),
        Is.EqualTo("""{ "interfaces": [ { "interface": 2, "rxPackets": "1", "rxBytes": "60", "txPackets": "2", "txBytes": "120", "drops": { "NoRoute": "2" }, "made": "3", "consumed": "4", "held": "5" }, { "interface": 9, "rxPackets": "5", "drops": { "Malformed": "1", "NoRoute": "3" } } ], "drops": { "Malformed": "1", "NoRoute": "5" }, "flows": "8", "flowsCreated": "10", "generation": "12", "workers": [ { "worker": 1, "packets": "6", "batches": "2", "busyNanoseconds": "3000", "handedOff": "4" } ] }"""));

    [Test]
    public void WritesOnlyTheInterfacesAskedFor() => Assert.That(
        CountersTranslation.Write(s_counters, [9]).Interfaces.Select(vif => vif.Interface), Is.EqualTo(new[] { 9 }));
}
