using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace VRouter.ControlSdk.Server;

/// <summary>Who is at the other end of a connection, what it may do, and how fast.</summary>
/// <param name="Name">For logs: "uid 1000, pid 4242", "certificate controller.example".</param>
/// <param name="Role">What it may do.</param>
/// <param name="Pace">What its requests wait for.</param>
internal sealed record Peer(string Name, ControlRole Role, Pace Pace)
{
    private const int DenialsPerSecond = 10;

    private static readonly Peer s_nobody = new("nobody", ControlRole.None, new Pace(1, TimeProvider.System));

    /// <summary>What calls wait for that it has no role for.</summary>
    public Pace Denials { get; } = new(DenialsPerSecond, TimeProvider.System);

    /// <summary>Who makes a call: a feature of its connection.</summary>
    public static Peer Of(ServerCallContext call) => Of(call.GetHttpContext());

    /// <inheritdoc cref="Of(ServerCallContext)"/>
    public static Peer Of(HttpContext call) => call.Features.Get<Peer>() ?? s_nobody;
}
