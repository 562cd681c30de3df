using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench micro</c>: the BenchmarkDotNet suite.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var filter = new Option<string>("--filter") { Description = "Which benchmarks, as BenchmarkDotNet's globs: *Checksum*.", DefaultValueFactory = _ => "*" };
        var full = new Option<bool>("--long") { Description = "Minutes instead of seconds, in a process a benchmark." };
        var command = new Command("micro", "Runs the BenchmarkDotNet suite.") { filter, full };

        command.SetAction(result => Run(result.GetRequiredValue(filter), result.GetValue(full)));

        return command;
    }

    private static int Run(string filter, bool full)
    {
        Job job = full
            ? Job.Default
            : Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(3).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(100));
        ManualConfig config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(job)
            .WithOptions(ConfigOptions.DisableLogFile | ConfigOptions.JoinSummary)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "vrouter-bench"));

        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(["--filter", filter], config);

        return summaries.Any() && summaries.All(summary => !summary.HasCriticalValidationErrors) ? 0 : 1;
    }
}
