using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Takes a scenario through its phases in a lab, and tells the screen.</summary>
internal sealed class DemoRun(Scenario scenario, ILab lab, DemoScreen screen, Captures captures)
{
    /// <summary>What is still under way when the nodes are told otherwise has arrived after this.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(50);

    public IReadOnlyList<PhaseResult> Run(CancellationToken stop)
    {
        WarmUp(stop);
        return [.. scenario.Phases.Select(phase => Run(phase, stop))];
    }

    /// <summary>The first transfer is the just-in-time compiler's: it tells nothing of the phase it would stand in.</summary>
    private void WarmUp(CancellationToken stop)
    {
        FetchCheck first = scenario.Phases[0].Checks.OfType<FetchCheck>().First();
        first.Run(lab, progress => screen.Progress(first, $"{progress}, warming up"), stop);
    }

    private PhaseResult Run(Phase phase, CancellationToken stop)
    {
        screen.Heading(phase.Title);
        Program(phase.Encapsulation);
        Thread.Sleep(s_settle);

        FabricCounts before = lab.Nodes[0].Fabric.Counts;
        CheckResult[] checks = [.. phase.Checks.Select(check => new CheckResult(check, Run(check, stop)))];

        return new PhaseResult(phase, checks, lab.Nodes[0].Fabric.Counts - before);
    }

    private Outcome Run(Check check, CancellationToken stop)
    {
        screen.Begin(check);
        Outcome outcome = check.Run(lab, progress => screen.Progress(check, progress), stop);
        screen.End(check, outcome);
        return outcome;
    }

    private void Program(Encapsulation encapsulation)
    {
        foreach (LabNode node in lab.Nodes)
        {
            Config config = NodeConfig.Create(scenario, node.Node, encapsulation);
            captures.Write($"{node.Node.Name}-{encapsulation}".ToLowerInvariant(), config);
            node.Program(config);
        }
    }
}
