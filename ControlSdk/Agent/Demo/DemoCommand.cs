using System.CommandLine;
using System.Diagnostics;
using VRouter.Native;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary><c>vrouter demo</c>: two nodes, a handful of pods, and the vRouter between them.</summary>
internal static class DemoCommand
{
    private const long KernelBytes = 32_000_000, EmbeddedBytes = 4_000_000;

    public static Command Create()
    {
        var embedded = new Option<bool>("--embedded") { Description = "In-process guests even where real pods would be possible (as root)." };
        var keep = new Option<DirectoryInfo?>("--keep") { Description = "Leave captures of every port, and the nodes' configurations, in this directory." };
        var command = new Command("demo", "Two nodes, pods of two networks, and the vRouter between them: shows what passes and what does not.") { embedded, keep };

        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(embedded), parsed.GetValue(keep)?.FullName, stop));
        return command;
    }

    private static async Task<int> RunAsync(bool embedded, string? keep, CancellationToken stop)
    {
        DemoScreen screen = DemoScreen.OnConsole();
        await using Captures captures = new(keep);

        // Labs are worked from one thread, synchronously; an interrupt ends the run between two packets and the lab is taken down.
        bool isPassed = await Task.Run(() => Run(embedded, captures, screen, stop), CancellationToken.None);

        if (keep is not null)
        {
            screen.Line($"Captures and configurations are in {keep}.");
        }

        return isPassed ? ExitCode.Success : ExitCode.Failed;
    }

    private static bool Run(bool embedded, Captures captures, DemoScreen screen, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        (ILab lab, Scenario scenario) = Open(embedded, captures, screen);

        using (lab)
        {
            try
            {
                Introduction.Print(screen, scenario, lab);
                var run = new DemoRun(scenario, lab, screen, captures);
                IReadOnlyList<PhaseResult> phases = run.Run(stop);
                return new DemoSummary(lab, phases, run.Journal).Print(screen, Stopwatch.GetElapsedTime(started));
            }
            finally
            {
                screen.Erase();
            }
        }
    }

    private static (ILab Lab, Scenario Scenario) Open(bool embedded, Captures captures, DemoScreen screen)
    {
        // What is captured stays small enough to look through.
        Scenario real = SeedScenario.Create(captures.AreKept ? EmbeddedBytes : KernelBytes);

        if (!embedded && TryBuild(real, captures, screen) is KernelLab lab)
        {
            return (lab, real);
        }

        Scenario scenario = SeedScenario.Create(EmbeddedBytes);
        return (new EmbeddedLab(scenario, captures), scenario);
    }

    /// <summary>Real pods; or why there are none.</summary>
    private static KernelLab? TryBuild(Scenario scenario, Captures captures, DemoScreen screen)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            screen.Line("Not root, so without real pods: in-process guests take their place.");
            return null;
        }

        try
        {
            return new KernelLab(scenario, captures);
        }
        catch (SystemCallException e)
        {
            screen.Line($"In-process guests take the place of real pods: {e.Message}");
            return null;
        }
    }
}
