using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace VRouter.ControlSdk.Server;

/// <summary>What a control server is made with.</summary>
public sealed record ControlServerOptions
{
    /// <summary>Where it listens.</summary>
    public IReadOnlyList<ControlAddress> Listen { get; init; } = [ControlAddress.Parse(ControlAddress.Default)];

    /// <summary>For the addresses with TLS.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>What clients may ask of it.</summary>
    public ControlLimits Limits { get; init; } = new();

    /// <summary>Where the data plane's state is kept: no change is answered before it is on disk there. Null = it is not kept.</summary>
    public StateDirectory? State { get; init; }

    /// <summary>Where it logs: a line a change.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Maps gRPC services of the embedding program beside the vRouter's: behind the same addresses and limits, for the role that may write.</summary>
    public Action<IEndpointRouteBuilder>? MapServices { get; init; }
}
