using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VRouter.ControlSdk.Server;

/// <summary>Lets a call through when its peer has the role for it and there is room for one more, before a byte of its message is read.</summary>
internal sealed class CallGate(ControlLimits limits, ILogger<ControlServer> log)
{
    private readonly Slots _calls = new("calls", limits.Calls);

    /// <summary>Middleware of every call.</summary>
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        Peer peer = Peer.Of(context);

        if (FindRefusal(peer, context.Request.Path.Value ?? "") is { } refusal)
        {
            Refuse(context.Response, refusal);
        }
        else if (!_calls.TryTake(out Slots.Slot slot))
        {
            Refuse(context.Response, _calls.Full);
        }
        else
        {
            using (slot)
            {
                await PassAsync(peer, context, next);
            }
        }
    }

    private static async Task PassAsync(Peer peer, HttpContext context, RequestDelegate next)
    {
        try
        {
            await peer.Pace.WaitAsync(context.RequestAborted);
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    private Status? FindRefusal(Peer peer, string method)
    {
        ControlRole needed = MethodRoles.Of(method);

        if (peer.Role >= needed)
        {
            return null;
        }

        log.Denied(peer.Name, method, needed);
        return new Status(StatusCode.PermissionDenied, $"{peer.Name}: {method} takes the role {needed}, yours is {peer.Role}");
    }

    // "Trailers-Only" (gRPC over HTTP2).
    private static void Refuse(HttpResponse response, Status status)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Detail);
    }
}
