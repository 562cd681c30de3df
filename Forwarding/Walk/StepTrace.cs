namespace VRouter.Forwarding;

/// <summary>The walk of one imagined packet: keeps every step and every output.</summary>
internal readonly struct StepTrace() : ITrace
{
    private readonly List<TraceStep> _steps = [];
    private readonly List<TraceOutput> _outputs = [];

    public static bool IsOn => true;

    public IReadOnlyList<TraceStep> Steps => _steps;

    public IReadOnlyList<TraceOutput> Outputs => _outputs;

    /// <summary>Begins with another packet.</summary>
    public void Clear()
    {
        _steps.Clear();
        _outputs.Clear();
    }

    public void Step(string stage, string detail, ObjectKey key = default, string rule = "") => _steps.Add(new TraceStep(stage, detail, key, rule));

    public void Output(VifId vif, byte[] packet) => _outputs.Add(new TraceOutput(vif, packet));
}
