using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;

namespace VRouter.Bench.Io;

/// <summary>How a scenario is to be measured over wires.</summary>
/// <param name="Scenario">What the data plane does.</param>
/// <param name="Repeat">How often.</param>
/// <param name="Seconds">Time to measure.</param>
/// <param name="BusyPoll">Forwarders drive the kernel's receive loop themselves.</param>
/// <param name="WithPeer">In turns with testpmd.</param>
internal sealed record IoPlan(Scenario Scenario, int Repeat, double Seconds, bool BusyPoll, bool WithPeer)
{
    /// <summary>The figures of a window of one worker.</summary>
    public Measurement ToMeasurement(IoWindow window) => new(
        Scenario.Name, IoFrames.Flows, IoFrames.PlanOf(Scenario).Frame, Workers: 1, DataPlaneForwarder.Batch, Math.Round(window.Seconds, 4), window.Packets,
        Math.Round(window.Mpps, 4), Math.Round(1e3 / window.Mpps, 1), CyclesPerPacket: null, window.AllocatedBytes, window.Collections, window.Drops,
        P50Ns: null, P99Ns: null, P999Ns: null);
}
