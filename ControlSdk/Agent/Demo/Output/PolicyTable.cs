namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>What the rules of the security groups have decided, over all flows that were seen.</summary>
internal static class PolicyTable
{
    private const int RuleWidth = 32;

    public static void Print(DemoScreen screen, FlowJournal journal)
    {
        string title = "policy";

        foreach (IGrouping<string, NodeFlow> rule in journal.Flows.Where(flow => flow.Record.RuleId.Length > 0).GroupBy(flow => flow.Record.RuleId).OrderBy(rule => rule.Key, StringComparer.Ordinal))
        {
            int denied = rule.Count(flow => flow.IsDenied);
            screen.Line($"  {title,-14}{rule.Key,-RuleWidth}{(denied > 0 ? $"denied {denied}" : $"let {rule.Count()} pass")}");
            title = "";
        }
    }
}
