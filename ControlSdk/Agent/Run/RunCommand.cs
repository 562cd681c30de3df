using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.Logging;
using VRouter.Native;

namespace VRouter.ControlSdk.Agent;

/// <summary><c>vrouter run</c>: the data plane of a node, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = new Option<string?>("--config") { Description = "The node's whole configuration, in proto3 JSON. SIGHUP reads it again.", HelpName = "FILE" };
        var doors = new ControlOptions();
        var state = new Option<string?>("--state") { Description = "Keeps what was applied there, and restores it at the next start, before the first packet.", HelpName = "DIR" };
        var workers = new Option<int?>("--workers") { Description = "Cores that forward. Default: one for each CPU of --cpus, else one.", HelpName = "N" };
        var cpus = new Option<int[]>("--cpus") { Description = "The CPUs that workers stay on, as 2,3.", HelpName = "LIST", CustomParser = ParseCpus };
        var hugePages = new Option<int>("--huge-pages") { Description = "Huge pages to set aside for packets.", HelpName = "MB" };

        workers.Validators.Add(result => Require(result, result.GetValueOrDefault<int?>() is null or (>= 1 and <= 1024), "--workers takes 1 to 1024"));
        hugePages.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() >= 0, "--huge-pages takes a number of megabytes"));

        var command = new Command("run", "Runs the data plane of this node. SIGTERM or Ctrl-C stops it.") { config, state, workers, cpus, hugePages };
        doors.AddTo(command);

        // Not the asynchronous kind: that would answer signals in its own way.
        command.SetAction(parsed =>
        {
            int[] pinned = parsed.GetValue(cpus) ?? [];
            return Run(new RunOptions(parsed.GetValue(config), parsed.GetValue(workers) ?? Math.Max(1, pinned.Length), pinned, parsed.GetValue(hugePages))
            {
                Listen = doors.Listen(parsed),
                Metrics = doors.Metrics(parsed),
                State = parsed.GetValue(state),
                Tls = doors.Tls(parsed),
            });
        });

        return command;
    }

    private static int Run(RunOptions options)
    {
        using Signals signals = new();
        using ILoggerFactory logging = RunLogging.Create();

        try
        {
            using VRouterRun run = new(options, logging);
            run.Start();
            run.UntilStopped(signals);
            return ExitCode.Success;
        }
        catch (SystemCallException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message);
        }
    }

    private static int[] ParseCpus(ArgumentResult result)
    {
        IReadOnlyList<int> usable = CpuAffinity.Usable();
        List<int> cpus = [];

        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) || !usable.Contains(cpu))
            {
                result.AddError($"--cpus: '{part}' is none of the CPUs this process may use: {string.Join(',', usable)}");
            }

            cpus.Add(cpu);
        }

        return [.. cpus];
    }

    private static void Require(OptionResult result, bool holds, string message)
    {
        if (!holds)
        {
            result.AddError(message);
        }
    }
}
