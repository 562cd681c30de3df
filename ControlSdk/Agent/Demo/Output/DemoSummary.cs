using System.Globalization;
using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What is left to say when all checks are done: each phase, each node's books, each reason for a drop, the verdict.</summary>
internal sealed class DemoSummary(ILab lab, IReadOnlyList<PhaseResult> phases, FlowJournal journal)
{
    private static readonly Dictionary<string, string> s_meanings = new()
    {
        [Refusal.Isolated.DropReason] = "the sender's network has no route there: what isolates it",
        [Refusal.Denied.DropReason] = "the receiver's security group does not let the sender in",
        [Refusal.Unmapped.DropReason] = "the floating IP has no such port",
        ["NotForUs"] = "kernels ask for IPv6 routers and groups, which nobody here serves",
    };

    private readonly List<(bool IsPassed, string Text)> _verdicts = [];

    /// <summary>Prints it; true when everything that should pass passed and everything that should not did not.</summary>
    public bool Print(DemoScreen screen, TimeSpan elapsed)
    {
        screen.Heading("Summary");

        foreach (PhaseResult phase in phases)
        {
            PrintPhase(screen, phase);
        }

        PolicyTable.Print(screen, journal);
        (LabNode Node, Counters Counters)[] nodes = [.. lab.Nodes.Select(node => (node, node.Control.ReadCounters()))];

        foreach ((LabNode node, Counters counters) in nodes)
        {
            PrintNode(screen, node.Node, counters);
        }

        PrintReasons(screen, nodes.SelectMany(node => node.Counters.Drops.Keys).Distinct());
        Array.ForEach([.. Refusal.All], refusal => Judge(refusal, nodes.Sum(node => (long)node.Counters.Drops.GetValueOrDefault(refusal.DropReason))));
        _verdicts.AddRange(phases.SelectMany(phase => phase.Checks).Select(check => (check.Outcome.IsPassed, "")));
        return PrintVerdict(screen, elapsed);
    }

    private void PrintPhase(DemoScreen screen, PhaseResult phase)
    {
        double packets = phase.Wire.Vxlan + phase.Wire.MplsOverUdp;

        screen.Line($"  {phase.Phase.Title,-14}{Amount.OfBytes(phase.Bytes)} moved and verified, {Amount.OfRate(phase.Bytes, phase.Elapsed)}, "
            + $"{Amount.OfPackets((long)(packets / Math.Max(phase.Elapsed.TotalSeconds, 0.001)))} packets/s");
        screen.Line($"  {"",-14}{lab.Nodes[0].Node.Name}'s fabric port saw {phase.Wire}");
        _verdicts.Add((phase.IsEncapsulatedAsAsked, $"in phase {phase.Phase.Title} nothing but {phase.Phase.Encapsulation} goes between the nodes"));

        if (phase.Phase.Service is { } service)
        {
            string[] answers = [.. phase.Answers];
            string shares = string.Join(", ", service.Backends.Select(backend => $"{backend.Name} {answers.Count(answer => answer == backend.Name)}"));
            screen.Line($"  {"",-14}{service.Address}:{service.Port} answered {answers.Length} requests: {shares}");
        }
    }

    private void PrintNode(DemoScreen screen, Node node, Counters counters)
    {
        var books = new NodeBooks(counters);

        screen.Line($"  {node.Name,-14}{books}");

        foreach (InterfaceCounters vif in counters.Interfaces.Where(vif => vif.Drops.Count > 0))
        {
            screen.Line($"  {"",-14}dropped from {NameOf(node, vif.Interface)}: {string.Join(", ", vif.Drops.Select(drop => $"{drop.Key} {Amount.OfPackets(drop.Value)}"))}");
        }

        screen.Line($"  {"",-14}{Amount.OfPackets(counters.FlowsCreated)} flows, {Amount.OfPackets(counters.Flows)} of them now");
        _verdicts.Add((books.AreBalanced, $"the books of {node.Name} balance"));
    }

    private static void PrintReasons(DemoScreen screen, IEnumerable<string> reasons)
    {
        foreach (string reason in reasons.Where(s_meanings.ContainsKey))
        {
            screen.Line($"  {reason,-23}{s_meanings[reason]}");
        }
    }

    /// <summary>Every packet that was refused must be found again under its reason: it went nowhere, and that is on record.</summary>
    private void Judge(Refusal refusal, long dropped)
    {
        long unanswered = phases.SelectMany(phase => phase.Checks).Where(check => check.Check.Refusal == refusal).Sum(check => check.Outcome.Packets);

        _verdicts.Add((dropped >= unanswered, $"the {unanswered} packets that must not get where they go are on record as {refusal.DropReason}"));
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

    private static string NameOf(Node node, uint vif) => node.Pods.FirstOrDefault(pod => pod.Vif == vif)?.ToString() ?? "the fabric";
}
