using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Problems, from the data plane to the contract and as text.</summary>
internal static class ProblemTranslation
{
    public static V1.Problem Write(Problem problem) => new()
    {
        Object = ObjectKeyTranslation.Write(problem.Object),
        Field = problem.Field,
        Message = problem.Message,
    };

    /// <summary>"interface 7: addresses[0]: '10.0.0.300' is not an address prefix".</summary>
    public static string Describe(V1.Problem problem)
    {
        string subject = ContractKey.Describe(problem.Object);
        return problem.Field.Length == 0 ? $"{subject}: {problem.Message}" : $"{subject}: {problem.Field}: {problem.Message}";
    }
}
