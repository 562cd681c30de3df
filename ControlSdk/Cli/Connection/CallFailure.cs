using System.Security.Authentication;
using Grpc.Core;

namespace VRouter.ControlSdk.Cli;

/// <summary>A call that failed, for people.</summary>
internal static class CallFailure
{
    public static int ExitCodeOf(RpcException failure) =>
        failure.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition ? ExitCode.Refused : ExitCode.Failed;

    public static string Describe(RpcException failure, string address) => failure.StatusCode switch
    {
        StatusCode.Unavailable => $"no vRouter answers at {address}: {ReasonOf(failure, address)}",
        StatusCode.Internal when failure.Status.DebugException?.GetBaseException() is AuthenticationException e => $"no vRouter answers at {address} as it should: {e.Message}",
        StatusCode.Unimplemented => $"the vRouter at {address} cannot do this: {failure.Status.Detail}",
        StatusCode.Cancelled => "interrupted",
        _ => failure.Status.Detail,
    };

    // What the socket says: "Connection refused". That a Unix socket is not there it says in words that mislead.
    private static string ReasonOf(RpcException failure, string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme == "unix" && !Path.Exists(uri.AbsolutePath)
            ? "there is no such socket"
            : failure.Status.DebugException?.GetBaseException().Message ?? failure.Status.Detail;
}
