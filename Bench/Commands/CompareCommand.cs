using System.CommandLine;
using VRouter.Bench.Compare.OpenVswitch;
using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;
using VRouter.Native;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench compare</c>: beside Open vSwitch with DPDK.</summary>
internal static class CompareCommand
{
    private static readonly string[] s_scenarios = ["vxlan-encap"];
    private static readonly string[] s_peers = [OvsPeer.WithRoutes, OvsPeer.OneTunnel];

    public static Command Create()
    {
        var scenario = new Option<string>("--scenario") { Description = "One that peers know too.", DefaultValueFactory = _ => s_scenarios[0] };
        scenario.AcceptOnlyFromAmong(s_scenarios);
        var peer = new Option<string[]>("--peer") { Description = "Which, all by default.", DefaultValueFactory = _ => s_peers, AllowMultipleArgumentsPerToken = true };
        peer.AcceptOnlyFromAmong(s_peers);
        var flows = new Option<int[]>("--flows") { Description = "Numbers of flows, 65,536 at most.", DefaultValueFactory = _ => [1024, 65536], AllowMultipleArgumentsPerToken = true };
        flows.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>()!.Any(number => number is < 1 or > 65536))
            {
                result.AddError("--flows takes 1 to 65536.");
            }
        });
        var repeat = new Option<int>("--repeat") { Description = "Pairs of measurements.", DefaultValueFactory = _ => 9 };
        var seconds = new Option<double>("--seconds") { Description = "Time of each.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "One JSON object a row." };
        var command = new Command("compare", "Measures in turns with Open vSwitch (DPDK, connection tracking, VXLAN; one core, packets from memory) on this machine. Needs root.")
        {
            scenario, peer, flows, repeat, seconds, json,
        };

        command.SetAction(result => Interruption.Until(stop => Run(
            ScenarioList.Find(result.GetRequiredValue(scenario)), result.GetRequiredValue(peer), result.GetRequiredValue(flows),
            result.GetValue(repeat), result.GetValue(seconds), new Output(result.GetValue(json), Measurement.Heading), new Waiting(stop))));

        return command;
    }

    private static void Run(Scenario scenario, string[] peers, int[] flows, int repeat, double seconds, Output output, Waiting wait)
    {
        if (!OvsSwitch.IsInstalled)
        {
            output.Say($"Open vSwitch with DPDK is not installed (Debian: {OvsSwitch.Package}): nothing to compare with.");
            return;
        }

        if (!Environment.IsPrivilegedProcess || CpuAffinity.Usable().Count < 2)
        {
            throw new BenchException("compare needs root, for a network namespace, and two processors: one forwards");
        }

        foreach (int count in flows)
        {
            using var ours = new Rig(scenario, new Plan(count, Seconds: seconds));
            ours.WarmUp();

            foreach (string name in peers)
            {
                using var peer = new OvsPeer(name, scenario, count, wait);
                peer.Start();
                output.Write(Measure(ours, peer, new Pairs(scenario.Name, name, count), repeat, seconds, output));
            }
        }
    }

    private static Comparison Measure(Rig ours, OvsPeer peer, Pairs pairs, int repeat, double seconds, Output output)
    {
        for (int i = 0; i < repeat; i++)
        {
            double theirs = peer.Measure(seconds);
            Measurement measurement = ours.Measure();
            output.Say($"{measurement}   {peer.Name} {theirs:f3}   ratio {measurement.Mpps / theirs:f2}");
            pairs.Add(measurement.Mpps, theirs);
        }

        return pairs.ToComparison();
    }
}
