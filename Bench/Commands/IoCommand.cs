using System.CommandLine;
using VRouter.Bench.Io;
using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;
using VRouter.Native;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench io</c>: from veth to veth, beside DPDK's testpmd.</summary>
internal static class IoCommand
{
    public static Command Create()
    {
        var scenario = new Argument<string>("scenario") { Description = "One that list names; testpmd swaps MACs whatever it is.", DefaultValueFactory = _ => "l3" };
        scenario.AcceptOnlyFromAmong([.. ScenarioList.All.Where(scenario => scenario.IsPlain).Select(scenario => scenario.Name)]);
        var repeat = new Option<int>("--repeat") { Description = "Pairs of measurements.", DefaultValueFactory = _ => 9 };
        var seconds = new Option<double>("--seconds") { Description = "Time of each.", DefaultValueFactory = _ => 1 };
        var busyPoll = new Option<bool>("--busy-poll") { Description = "Both drive the kernel's receive loop themselves." };
        var alone = new Option<bool>("--alone") { Description = "Without testpmd." };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("io", "Measures AF_XDP to AF_XDP over veth pairs in namespaces of its own, in turns with dpdk-testpmd. Needs root.")
        {
            scenario, repeat, seconds, busyPoll, alone, json,
        };

        command.SetAction(result => Interruption.Until(stop => Run(
            new IoPlan(
                ScenarioList.Find(result.GetRequiredValue(scenario)), result.GetValue(repeat), result.GetValue(seconds),
                result.GetValue(busyPoll), !result.GetValue(alone)),
            new Output(result.GetValue(json), Measurement.Heading), stop)));

        return command;
    }

    private static void Run(IoPlan plan, Output output, CancellationToken stop)
    {
        IReadOnlyList<int> cpus = CpuAffinity.Usable();

        if (!Environment.IsPrivilegedProcess || cpus.Count < 2)
        {
            throw new BenchException("io needs root, for namespaces and AF_XDP, and two processors: one to send, one to forward");
        }

        using var wires = new Wires();
        using var load = new Load(wires.OpenSender(IoFrames.Of(plan.Scenario)), cpus[0]);
        var bench = new IoBench(wires, plan.Seconds, stop);
        var ours = new DataPlaneForwarder(wires, plan.Scenario, plan.BusyPoll, cpus[^1]);

        // The first time compiles.
        bench.Measure(ours);
        output.Say($"{ours.Name}: {ours.Ports}");

        if (plan.WithPeer && TestPmdForwarder.IsInstalled)
        {
            Compare(bench, plan, ours, new TestPmdForwarder(wires, plan.BusyPoll, cpus[0], cpus[^1]), output);
            return;
        }

        if (plan.WithPeer)
        {
            output.Say($"dpdk-testpmd is not installed (Debian: dpdk-dev, librte-net-af-xdp23): measuring alone.");
        }

        for (int i = 0; i < plan.Repeat; i++)
        {
            output.Write(plan.ToMeasurement(bench.Measure(ours)));
        }
    }

    private static void Compare(IoBench bench, IoPlan plan, DataPlaneForwarder ours, TestPmdForwarder peer, Output output)
    {
        var pairs = new Pairs(plan.Scenario.Name, peer.Name, IoFrames.Flows);

        for (int i = 0; i < plan.Repeat; i++)
        {
            IoWindow a = bench.Measure(ours), b = bench.Measure(peer);
            output.Write(plan.ToMeasurement(a));
            output.Say($"{peer.Name,-16} {b.Mpps,7:f3}   ratio {a.Mpps / b.Mpps:f3}");
            pairs.Add(a.Mpps, b.Mpps);
        }

        output.Write(pairs.ToComparison());
    }
}
