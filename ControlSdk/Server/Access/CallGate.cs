using System.Globalization;
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

        if (MethodRoles.Of(context.Request.Path.Value ?? "") is var needed && peer.Role < needed)
        {
            await DenyAsync(peer, context, needed);
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

    // Each is a line of the log, which nobody is to flood.
    private async Task DenyAsync(Peer peer, HttpContext context, ControlRole needed)
    {
        string method = context.Request.Path.Value ?? "";
        await peer.Denials.WaitAsync(context.RequestAborted).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        log.Denied(peer.Name, method, needed);
        Refuse(context.Response, new Status(StatusCode.PermissionDenied, $"{peer.Name}: {method} takes the role {needed}, yours is {peer.Role}"));
    }

    // "Trailers-Only" (gRPC over HTTP2).
    private static void Refuse(HttpResponse response, Status status)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Detail);
    }
}
