namespace VRouter.ControlSdk.Server;

/// <summary>A configuration or a request that was refused: every problem, one sentence each.</summary>
public sealed class RequestRefusedException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    /// <summary>The problems.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
