using Microsoft.Extensions.Logging;

namespace VRouter.ControlSdk.Server;

/// <summary>What the control server says: who changed what, and who was not let.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(100, LogLevel.Information, "{Peer}: {Call} made generation {Generation}: {Added} added, {Changed} changed, {Removed} removed: {Objects}")]
    public static partial void Changed(this ILogger log, string peer, string call, ulong generation, int added, int changed, int removed, string objects);

    [LoggerMessage(101, LogLevel.Warning, "{Peer}: {Call} is refused, nothing changes: {Problems} problems, the first: {First}")]
    public static partial void Refused(this ILogger log, string peer, string call, int problems, string first);

    [LoggerMessage(102, LogLevel.Warning, "{Peer}: denied {Method}, which takes the role {Needed}")]
    public static partial void Denied(this ILogger log, string peer, string method, ControlRole needed);

    [LoggerMessage(103, LogLevel.Information, "{Peer}: DeleteFlows ended {Count} directions of flows: {Which}")]
    public static partial void FlowsDeleted(this ILogger log, string peer, long count, string which);

    [LoggerMessage(104, LogLevel.Information, "{Peer}: PacketIo brought {Packets} packets")]
    public static partial void PacketsBrought(this ILogger log, string peer, long packets);
}
