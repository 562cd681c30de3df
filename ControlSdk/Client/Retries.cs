using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace VRouter.ControlSdk;

/// <summary>
/// What is tried again while the vRouter is not to be reached: calls that change nothing, and Apply, which done twice is done once.
/// Streams of transactions are their caller's.
/// </summary>
internal static class Retries
{
    private static readonly (string Service, string? Method)[] s_safe =
    [
        ("vrouter.v1.Control", "Apply"),
        ("vrouter.v1.Control", "Export"),
        ("vrouter.v1.Control", "Watch"),
        ("vrouter.v1.Diagnostics", null),
        ("grpc.health.v1.Health", null),
    ];

    /// <summary>The configuration of a channel; null = nothing is tried again.</summary>
    public static ServiceConfig? Of(ControlChannelOptions options)
    {
        if (options.Attempts <= 1)
        {
            return null;
        }

        var config = new ServiceConfig();

        foreach ((string service, string? method) in s_safe)
        {
            config.MethodConfigs.Add(ConfigOf(service, method, options.Attempts));
        }

        return config;
    }

    /// <summary>Whether a call has failed for its connection: also when the vRouter has closed it just as the call began.</summary>
    public static bool IsOfConnection(RpcException failure) => failure.StatusCode == StatusCode.Unavailable
        || (failure.StatusCode == StatusCode.Internal && failure.Status.DebugException is HttpRequestException { HttpRequestError: not HttpRequestError.SecureConnectionError });

    private static MethodConfig ConfigOf(string service, string? method, int attempts) => new()
    {
        Names = { new MethodName { Service = service, Method = method } },
        RetryPolicy = new RetryPolicy
        {
            MaxAttempts = attempts,
            InitialBackoff = TimeSpan.FromMilliseconds(100),
            MaxBackoff = TimeSpan.FromSeconds(5),
            BackoffMultiplier = 2,
            RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };
}
