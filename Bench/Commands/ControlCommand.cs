using System.CommandLine;
using VRouter.Bench.Control;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench control</c>: what it takes to program a vRouter, and what that does to packets.</summary>
internal static class ControlCommand
{
    private static readonly string[] s_names = ["apply-stream", "apply-one", "sync", "watch", "unary", "state"];

    public static Command Create()
    {
        var names = new Argument<string[]>("figures") { Description = "Which ones; none = all.", Arity = ArgumentArity.ZeroOrMore };
        var routes = new Option<int>("--routes") { Description = "Routes, and objects to synchronise. 20 to 4000000.", DefaultValueFactory = _ => 1_000_000 };
        var watchers = new Option<int>("--watchers") { Description = "Watchers of flows. 1 to 250.", DefaultValueFactory = _ => 100 };
        var seconds = new Option<double>("--seconds") { Description = "Time of watching, and of calls.", DefaultValueFactory = _ => 5 };
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        names.AcceptOnlyFromAmong(s_names);
        routes.Validators.Add(result => Require(result.GetValueOrDefault<int>() is >= 20 and <= 4_000_000, result, "--routes"));
        watchers.Validators.Add(result => Require(result.GetValueOrDefault<int>() is >= 1 and <= 250, result, "--watchers"));
        seconds.Validators.Add(result => Require(result.GetValueOrDefault<double>() is > 0 and <= 3600, result, "--seconds"));
        var command = new Command("control", "Measures a vRouter that is programmed and watched over gRPC on a Unix socket.") { names, routes, watchers, seconds, json };

        command.SetAction((result, _) => RunAsync(
            result.GetValue(names) is { Length: > 0 } some ? some : s_names,
            result.GetValue(routes), result.GetValue(watchers), result.GetValue(seconds), result.GetValue(json)));

        return command;
    }

    private static async Task RunAsync(string[] names, int routes, int watchers, double seconds, bool json)
    {
        foreach (string name in names)
        {
            await MeasureAsync(name, routes, watchers, seconds, json);
        }
    }

    private static async Task MeasureAsync(string name, int routes, int watchers, double seconds, bool json)
    {
        switch (name)
        {
            case "apply-stream":
                new Output(json, ApplyStreamFigures.Heading).Write(await ApplyStreamBench.MeasureAsync(routes));
                break;

            case "apply-one":
                new Output(json, ApplyOneFigures.Heading).Write(await ApplyOneBench.MeasureAsync(routes));
                break;

            case "sync":
                new Output(json, SyncFigures.Heading).Write(await SyncBench.MeasureAsync(routes));
                break;

            case "watch":
                new Output(json, WatchFigures.Heading).Write(await WatchBench.MeasureAsync(watchers, seconds));
                break;

            case "state":
                new Output(json, StateFigures.Heading).Write(await StateBench.MeasureAsync(routes));
                break;

            case "unary":
                var output = new Output(json, UnaryFigures.Heading);
                output.Write(await UnaryBench.MeasureAsync(atATime: 1, seconds));
                output.Write(await UnaryBench.MeasureAsync(atATime: 64, seconds));
                break;
        }
    }

    private static void Require(bool isSo, System.CommandLine.Parsing.OptionResult result, string option)
    {
        if (!isSo)
        {
            result.AddError($"{option} is out of its range.");
        }
    }
}
