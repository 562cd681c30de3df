using System.CommandLine;
using VRouter.Bench.Measuring;
using VRouter.Bench.Services;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench services</c>: where flows go, and how many sessions an address has.</summary>
internal static class ServicesCommand
{
    private const int WarmUpFlows = 50_000;

    // Of one port: then each destination sees them all want the same.
    private const int Clients = 16;

    public static Command Create()
    {
        var flows = new Option<int>("--flows") { Description = $"Flows, and sessions. 1 to {SourceNatBench.MostSessions}.", DefaultValueFactory = _ => 1_000_000 };
        var members = new Option<int>("--members") { Description = "Members of the group. 2 to 256.", DefaultValueFactory = _ => 16 };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        flows.Validators.Add(result => Require(result.GetValueOrDefault<int>() is >= 1 and <= SourceNatBench.MostSessions, result, "--flows"));
        members.Validators.Add(result => Require(result.GetValueOrDefault<int>() is >= 2 and <= 256, result, "--members"));
        var command = new Command("services", "Measures how groups of next hops spread flows, and sessions through a source NAT of one address.") { flows, members, json };

        command.SetAction(result => OwnThread.Run(() => Run(result.GetValue(flows), result.GetValue(members), result.GetValue(json))));

        return command;
    }

    private static void Run(int flows, int members, bool json)
    {
        var spread = new Output(json, SpreadFigures.Heading);
        spread.Write(SpreadBench.MeasureEqual(flows, members));
        spread.Write(SpreadBench.MeasureWeighted(flows, members));
        new Output(json, RemovalFigures.Heading).Write(SpreadBench.MeasureRemoval(flows, members));

        var sessions = new Output(json, SourceNatFigures.Heading);
        SourceNatBench.Measure(WarmUpFlows, Clients);
        sessions.Write(SourceNatBench.Measure(flows, clients: 1));
        sessions.Write(SourceNatBench.Measure(flows, Clients));
    }

    private static void Require(bool isSo, System.CommandLine.Parsing.OptionResult result, string option)
    {
        if (!isSo)
        {
            result.AddError($"{option} is out of its range.");
        }
    }
}
