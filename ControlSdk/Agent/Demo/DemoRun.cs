using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Takes a scenario through its phases in a lab, and tells the screen.</summary>
internal sealed class DemoRun(Scenario scenario, ILab lab, DemoScreen screen, Captures captures)
{
    /// <summary>What is still under way when the nodes are told otherwise has arrived after this.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(50);

    private readonly Pulse _pulse = new(lab);

    /// <summary>The flows that were seen.</summary>
    public FlowJournal Journal { get; } = new();

    public IReadOnlyList<PhaseResult> Run(CancellationToken stop)
    {
        WarmUp(stop);
        return [.. scenario.Phases.Select(phase => Run(phase, stop))];
    }

    /// <summary>The first transfer is the just-in-time compiler's: it tells nothing of the phase it would stand in.</summary>
    private void WarmUp(CancellationToken stop)
    {
        FetchCheck first = scenario.Phases[0].Checks.OfType<FetchCheck>().First();
        first.Run(lab, progress => screen.Progress(first, $"{progress}, warming up", _pulse), stop);
    }

    private PhaseResult Run(Phase phase, CancellationToken stop)
    {
        screen.Heading(phase.Title);
        Program(phase);
        Thread.Sleep(s_settle);

        FabricCounts before = lab.Nodes[0].Fabric.Counts;
        CheckResult[] checks = [.. phase.Checks.Select(check => new CheckResult(check, Run(check, stop)))];

        if (phase.Service is { } service)
        {
            FlowTable.Print(screen, service, Journal);
        }

        return new PhaseResult(phase, checks, lab.Nodes[0].Fabric.Counts - before);
    }

    private Outcome Run(Check check, CancellationToken stop)
    {
        screen.Progress(check, "", _pulse);
        Outcome outcome = check.Run(lab, progress => screen.Progress(check, progress, _pulse), stop);
        screen.End(check, outcome);
        Journal.Note(lab);
        return outcome;
    }

    private void Program(Phase phase)
    {
        foreach (LabNode node in lab.Nodes)
        {
            Config config = NodeConfig.Create(scenario, node.Node, phase);
            captures.Write($"{node.Node.Name}-{phase.Name}", config);
            node.Control.Sync(config);
        }
    }
}
