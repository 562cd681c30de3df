using System.CommandLine;
using VRouter.Bench.Scenarios;

namespace VRouter.Bench.Commands;

/// <summary><c>vrouter-bench list</c>.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "Names the scenarios.");

        command.SetAction(_ =>
        {
            foreach (Scenario scenario in ScenarioList.All)
            {
                Console.WriteLine($"{scenario.Name,-16} {scenario.Summary}");
            }
        });

        return command;
    }
}
