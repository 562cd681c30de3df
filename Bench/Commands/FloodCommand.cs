using System.CommandLine;
using VRouter.Bench.Flood;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench flood</c>: what one tenant's SYNs do to another's established flows.</summary>
internal static class FloodCommand
{
    public static Command Create()
    {
        var flows = new Option<int>("--flows") { Description = "Established flows.", DefaultValueFactory = _ => 1024 };
        var syns = new Option<double>("--syns") { Description = "Millions of SYNs a second.", DefaultValueFactory = _ => 1 };
        var repeat = new Option<int>("--repeat") { Description = "How often to measure.", DefaultValueFactory = _ => 3 };
        var seconds = new Option<double>("--seconds") { Description = "Time of each of the four parts of a measurement.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var command = new Command("flood", "Measures established flows of a tenant while another one floods a third with SYNs.") { flows, syns, repeat, seconds, json };

        command.SetAction(result => OwnThread.Run(() => Run(
            result.GetValue(flows), result.GetValue(syns), result.GetValue(repeat), result.GetValue(seconds),
            new Output(result.GetValue(json), FloodFigures.Heading))));

        return command;
    }

    private static void Run(int flows, double syns, int repeat, double seconds, Output output)
    {
        using var rig = new FloodRig(flows);
        FloodBench.WarmUp(rig, syns);

        for (int i = 0; i < repeat; i++)
        {
            output.Write(FloodBench.Measure(rig, flows, syns, seconds));
        }
    }
}
