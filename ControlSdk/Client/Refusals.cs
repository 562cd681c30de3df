using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Google.Rpc;
using Grpc.Core;

namespace VRouter.ControlSdk;

/// <summary>What a status says of a refused request.</summary>
internal static class Refusals
{
    /// <summary>Finds the problems in the details of a status; false when it is not about a refusal.</summary>
    /// <param name="failure">The failed call.</param>
    /// <param name="problems">Those that had room.</param>
    /// <param name="count">How many there are.</param>
    public static bool TryRead(RpcException failure, [NotNullWhen(true)] out IReadOnlyList<V1.Problem>? problems, out int count)
    {
        problems = null;
        count = 0;

        if (failure.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition
            && failure.GetRpcStatus() is { } status
            && status.GetDetail<V1.ApplyResponse>() is { } response)
        {
            problems = response.Problems;
            count = Count(status.GetDetail<ErrorInfo>(), response);
        }

        return problems is not null;
    }

    private static int Count(ErrorInfo? info, V1.ApplyResponse response) =>
        info is not null && info.Metadata.TryGetValue("problems", out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : response.Problems.Count;
}
