using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Problems, from the data plane to the contract.</summary>
internal static class ProblemTranslation
{
    public static V1.Problem Write(Problem problem) => new()
    {
        Object = ObjectKeyTranslation.Write(problem.Object),
        Field = problem.Field,
        Message = problem.Message,
    };
}
