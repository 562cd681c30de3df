using Grpc.Core;

namespace VRouter.ControlSdk;

/// <summary>Calls that end because their caller has cancelled them end as .NET's do; what the other side cancels is a failure like any other.</summary>
internal static class Cancellation
{
    public static async Task<T> OrCancelled<T>(this Task<T> call, CancellationToken stop)
    {
        try
        {
            return await call;
        }
        catch (RpcException e) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, stop);
        }
    }
}
