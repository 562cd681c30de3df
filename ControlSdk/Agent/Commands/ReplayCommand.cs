using System.CommandLine;
using VRouter.ControlSdk.Server;

namespace VRouter.ControlSdk.Agent;

/// <summary><c>vrouter replay</c>: packets from capture files through the whole data plane, on a virtual clock.</summary>
internal static class ReplayCommand
{
    private const int MostWorkers = 64;

    private static readonly TimeSpan s_defaultSettle = TimeSpan.FromSeconds(5);

    private static readonly Option<string> s_config = new("--config")
    {
        Description = "The configuration, a Config in proto3 JSON. Ports in it are ignored.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<ReplaySource[]> s_input = new("--input")
    {
        Description = "A pcap or pcapng file whose packets arrive at interface ID at their own time stamps. May be given again.",
        HelpName = "ID=FILE",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => OptionText.ReadAll(result, OptionText.ReadSource),
    };

    private static readonly Option<TimedFile[]> s_apply = new("--apply")
    {
        Description = "An ApplyRequest in proto3 JSON, applied so many seconds behind the first packet. May be given again.",
        HelpName = "SECONDS=FILE",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => OptionText.ReadAll(result, OptionText.ReadTimedFile),
    };

    private static readonly Option<TimeSpan?> s_settle = new("--settle")
    {
        Description = "How far the clock runs on after the last packet. Default: 5.",
        HelpName = "SECONDS",
        CustomParser = result => OptionText.ReadOne(result, OptionText.ReadSeconds),
    };

    private static readonly Option<int> s_workers = new("--workers")
    {
        Description = $"Workers of the data plane, 1 to {MostWorkers}. The output does not depend on it.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string> s_output = new("--output")
    {
        Description = "The directory for <ID>.pcap of every interface, counters.json, flows.jsonl and drops.jsonl.",
        HelpName = "DIR",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command("replay", "Runs packets from capture files through the data plane: no network, no privileges, a virtual clock.")
        {
            s_config, s_input, s_apply, s_settle, s_workers, s_output,
        };

        s_workers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostWorkers)
            {
                result.AddError($"--workers: not a number from 1 to {MostWorkers}");
            }
        });
        command.SetAction(RunAsync);

        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string config = parsed.GetRequiredValue(s_config);

        var options = new ReplayOptions
        {
            Config = ConfigFile.Read(config),
            ConfigName = config,
            Sources = parsed.GetValue(s_input) ?? [],
            Requests = [.. (parsed.GetValue(s_apply) ?? []).Select(file => new ReplayRequest(file.Nanoseconds, file.Path, ConfigFile.ReadRequest(file.Path)))],
            Settle = parsed.GetValue(s_settle) ?? s_defaultSettle,
            Workers = parsed.GetRequiredValue(s_workers),
            Output = parsed.GetRequiredValue(s_output),
        };

        await using Server.Replay replay = await Server.Replay.StartAsync(options, cancel);
        using var progress = new ReplayProgressLine();
        bool isBalanced = await replay.RunAsync(progress, cancel);
        progress.Clear();

        foreach (string warning in replay.Warnings)
        {
            await Console.Error.WriteLineAsync($"vrouter: warning: {warning}");
        }

        return isBalanced
            ? ExitCode.Success
            : throw new CommandException(ExitCode.Unbalanced, "the books do not balance: packets came in that neither left, nor were consumed, dropped or held");
    }
}
