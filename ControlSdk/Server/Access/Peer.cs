using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>Who is at the other end of a connection, and what it may do.</summary>
/// <param name="Name">For logs: "uid 1000, pid 4242", "certificate controller.example".</param>
/// <param name="Role">What it may do.</param>
internal sealed record Peer(string Name, ControlRole Role)
{
    private static readonly Peer s_nobody = new("nobody", ControlRole.None);

    /// <summary>Who makes a call: a feature of its connection.</summary>
    public static Peer Of(ServerCallContext call) => call.GetHttpContext().Features.Get<Peer>() ?? s_nobody;
}
