using System.CommandLine;
using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench run</c>: from Memory port to Memory port.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var scenario = new Argument<string>("scenario") { Description = "One that list names." };
        scenario.AcceptOnlyFromAmong(ScenarioList.Names);
        var against = new Option<string?>("--against") { Description = "A second scenario, measured in turns with the first: prints the ratio of each pair and their median." };
        against.AcceptOnlyFromAmong(ScenarioList.Names);
        var json = new Option<bool>("--json") { Description = "One JSON object a line." };
        var plan = new PlanOptions();
        var command = new Command("run", "Measures a scenario from Memory port to Memory port.") { scenario, against, json };
        plan.AddTo(command);

        command.SetAction(result =>
        {
            Scenario first = ScenarioList.Find(result.GetRequiredValue(scenario));
            var output = new Output(result.GetValue(json), Measurement.Heading);

            if (result.GetValue(against) is { } second)
            {
                Pair(first, ScenarioList.Find(second, like: first), first.Adapt(plan.Read(result)), output);
            }
            else
            {
                Single(first, first.Adapt(plan.Read(result)), output);
            }
        });

        return command;
    }

    private static void Single(Scenario scenario, Plan plan, Output output)
    {
        using var rig = new Rig(scenario, plan);
        rig.WarmUp();

        for (int i = 0; i < plan.Repeat; i++)
        {
            output.Write(rig.Measure());
        }
    }

    private static void Pair(Scenario first, Scenario second, Plan plan, Output output)
    {
        using var ours = new Rig(first, plan);
        using var peer = new Rig(second, second.Adapt(plan));
        var pairs = new Pairs(first.Name, second.Name, plan.Flows);
        ours.WarmUp();
        peer.WarmUp();

        for (int i = 0; i < plan.Repeat; i++)
        {
            Measurement a = ours.Measure(), b = peer.Measure();
            output.Write(a);
            output.Write(b);
            pairs.Add(a.Mpps, b.Mpps);
        }

        output.Write(pairs.ToComparison());
    }
}
