using System.Globalization;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What is left to say when all checks are done: each phase, each node's books, each reason for a drop, the verdict.</summary>
internal sealed class DemoSummary(ILab lab, IReadOnlyList<PhaseResult> phases)
{
    private static readonly Dictionary<DropReason, string> s_meanings = new()
    {
        [DropReason.NoRoute] = "the sender's network has no route there: what isolates it",
        [DropReason.NotForUs] = "kernels ask for IPv6 routers and groups, which nobody here serves",
    };

    private readonly List<(bool IsPassed, string Text)> _verdicts = [];

    /// <summary>Prints it; true when everything that should pass passed and everything that should not did not.</summary>
    public bool Print(DemoScreen screen, TimeSpan elapsed)
    {
        screen.Heading("Summary");
        PrintPhases(screen);

        foreach (LabNode node in lab.Nodes)
        {
            PrintNode(screen, node);
        }

        PrintReasons(screen);
        Judge();
        return PrintVerdict(screen, elapsed);
    }

    private void PrintPhases(DemoScreen screen)
    {
        foreach (PhaseResult phase in phases)
        {
            double packets = phase.Wire.Vxlan + phase.Wire.MplsOverUdp;

            screen.Line($"  {phase.Phase.Title,-14}{Amount.OfBytes(phase.Bytes)} moved and verified, {Amount.OfRate(phase.Bytes, phase.Elapsed)}, "
                + $"{Amount.OfPackets((long)(packets / Math.Max(phase.Elapsed.TotalSeconds, 0.001)))} packets/s");
            screen.Line($"  {"",-14}{lab.Nodes[0].Node.Name}'s fabric port saw {phase.Wire}");
            _verdicts.Add((phase.IsEncapsulatedAsAsked, $"in phase {phase.Phase.Title} nothing but {phase.Phase.Title} goes between the nodes"));
        }
    }

    private void PrintNode(DemoScreen screen, LabNode node)
    {
        Counters counters = node.DataPlane.ReadCounters();
        long Sum(Func<VifCounters, long> count) => counters.Vifs.Sum(count);
        string balance = counters.IsBalanced ? "the books balance" : $"the books are out by {counters.Imbalance}";

        screen.Line($"  {node.Node.Name,-14}{Amount.OfPackets(Sum(vif => vif.RxPackets))} received + {Amount.OfPackets(Sum(vif => vif.Made))} made = "
            + $"{Amount.OfPackets(Sum(vif => vif.TxPackets))} sent + {Amount.OfPackets(Sum(vif => vif.Consumed))} consumed + "
            + $"{Amount.OfPackets(counters.Drops.Values.Sum())} dropped + {Amount.OfPackets(Sum(vif => vif.Held))} held: {balance}");

        foreach (VifCounters vif in counters.Vifs.Where(vif => vif.Drops.Count > 0))
        {
            screen.Line($"  {"",-14}dropped from {NameOf(node, vif.Vif)}: {string.Join(", ", vif.Drops.Select(drop => $"{drop.Key} {Amount.OfPackets(drop.Value)}"))}");
        }

        _verdicts.Add((counters.IsBalanced, $"the books of {node.Node.Name} balance"));
    }

    private void PrintReasons(DemoScreen screen)
    {
        foreach (DropReason reason in lab.Nodes.SelectMany(node => node.DataPlane.ReadCounters().Drops.Keys).Distinct().Where(s_meanings.ContainsKey))
        {
            screen.Line($"  {reason,-14}{s_meanings[reason]}");
        }
    }

    /// <summary>Every packet of an isolated pod must be found again under NoRoute: it went nowhere, and that is on record.</summary>
    private void Judge()
    {
        long unanswered = phases.SelectMany(phase => phase.Checks).Where(check => check.Check.IsIsolated).Sum(check => check.Outcome.Packets);
        long dropped = lab.Nodes.Sum(node => node.DataPlane.ReadCounters().Drops.GetValueOrDefault(DropReason.NoRoute));

        _verdicts.Add((dropped >= unanswered, $"the {unanswered} packets of pods that must not get there are on record as {DropReason.NoRoute}"));
        _verdicts.AddRange(phases.SelectMany(phase => phase.Checks).Select(check => (check.Outcome.IsPassed, "")));
    }

    private bool PrintVerdict(DemoScreen screen, TimeSpan elapsed)
    {
        int passed = _verdicts.Count(verdict => verdict.IsPassed);
        bool isPassed = passed == _verdicts.Count;

        foreach ((bool _, string text) in _verdicts.Where(verdict => !verdict.IsPassed && verdict.Text.Length > 0))
        {
            screen.Line($"  {screen.Paint("✗", Colour.Red)} it does not hold that {text}");
        }

        screen.Line();
        screen.Line(screen.Paint(string.Create(CultureInfo.InvariantCulture,
            $"{(isPassed ? "Passed" : "FAILED")}: {passed} of {_verdicts.Count} checks in {elapsed.TotalSeconds:0.0} s."), isPassed ? Colour.Green : Colour.Red));
        return isPassed;
    }

    private static string NameOf(LabNode node, VifId vif) =>
        node.Node.Pods.FirstOrDefault(pod => pod.Vif == vif.Value)?.ToString() ?? "the fabric";
}
