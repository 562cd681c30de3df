using VRouter.Bench.Traffic;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>
/// Every packet of another scenario is a new flow's first, and only one; an earlier flow times out meanwhile. So there are as many flows as are
/// set up in a second.
/// </summary>
internal class Setup(string name, Scenario like, string summary) : Derived(like)
{
    private const uint MostFlows = 8 << 20;

    private static readonly FlowTimeouts s_timeouts = new() { Udp = TimeSpan.FromSeconds(1) };

    public override string Name => name;

    public override string Summary => $"every packet a new flow{summary}; flows time out after a second";

    // A destination a frame: then no two packets that are under way are of one flow.
    public override Plan Adapt(Plan plan) => plan with { Flows = Math.Clamp(plan.Flows, Math.Min(Share.FewestFrames * plan.Workers, FlowTurns.Destinations), FlowTurns.Destinations) };

    public override FlowTurns TurnsOf(int flows) => FlowTurns.Endless;

    public override Transaction Configure(Plan plan)
    {
        Transaction site = base.Configure(plan);
        site.Settings = new Settings { MaxFlows = MostFlows, FlowTimeouts = s_timeouts };
        return site;
    }
}
