using Google.Rpc;
using Grpc.Core;

namespace VRouter.ControlSdk.Cli;

/// <summary>A call that failed, for people.</summary>
internal static class CallFailure
{
    public static int ExitCodeOf(RpcException failure) =>
        failure.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition ? ExitCode.Refused : ExitCode.Failed;

    /// <summary>A sentence, or one for each problem of a refused request.</summary>
    public static IEnumerable<string> Describe(RpcException failure, string address) => failure.StatusCode switch
    {
        StatusCode.Unavailable => [$"no vRouter answers at {address}: {ReasonOf(failure, address)}"],
        StatusCode.DeadlineExceeded => [$"the vRouter at {address} did not answer in time"],
        StatusCode.Unimplemented => [$"the vRouter at {address} cannot do this: {failure.Status.Detail}"],
        StatusCode.Cancelled => ["interrupted"],
        _ when ProblemsOf(failure) is { Count: > 0 } problems => problems,
        _ => [failure.Status.Detail],
    };

    // What the socket says: "Connection refused". That a Unix socket is not there it says in words that mislead.
    private static string ReasonOf(RpcException failure, string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme == "unix" && !Path.Exists(uri.AbsolutePath)
            ? "there is no such socket"
            : failure.Status.DebugException?.GetBaseException().Message ?? failure.Status.Detail;

    private static List<string> ProblemsOf(RpcException failure)
    {
        Google.Rpc.Status? status = failure.GetRpcStatus();
        V1.ApplyResponse? response = status?.GetDetail<V1.ApplyResponse>();
        List<string> problems = [.. response?.Problems.Select(ContractText.Describe) ?? []];

        // Trailers are small: of many problems the first are named and the rest are counted.
        if (problems.Count > 0 && int.TryParse(status?.GetDetail<ErrorInfo>()?.Metadata.GetValueOrDefault("problems"), out int all) && all > problems.Count)
        {
            problems.Add($"and {all - problems.Count} more problems");
        }

        return problems;
    }
}
