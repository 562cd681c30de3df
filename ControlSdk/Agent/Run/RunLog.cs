using Microsoft.Extensions.Logging;

namespace VRouter.ControlSdk.Agent;

/// <summary>What `vrouter run` says.</summary>
internal static partial class RunLog
{
    [LoggerMessage(1, LogLevel.Information, "Ready in {Milliseconds} ms: {Workers}, {Memory}, {Control}, {Interfaces}")]
    public static partial void Ready(this ILogger log, long milliseconds, string workers, string memory, string control, string interfaces);

    [LoggerMessage(2, LogLevel.Information, "Stopping on {Signal}")]
    public static partial void Stopping(this ILogger log, string signal);

    [LoggerMessage(3, LogLevel.Information, "Stopped: {Received} packets received, {Sent} sent, {Dropped} dropped{Reasons}")]
    public static partial void Stopped(this ILogger log, long received, long sent, long dropped, string reasons);

    [LoggerMessage(4, LogLevel.Information, "{File} read again: {Added} objects added, {Changed} changed, {Removed} removed, {Unchanged} as they were")]
    public static partial void Reloaded(this ILogger log, string file, int added, int changed, int removed, int unchanged);

    [LoggerMessage(5, LogLevel.Error, "{File} is refused, nothing changes: {Problem}")]
    public static partial void ReloadRefused(this ILogger log, string file, string problem);

    [LoggerMessage(6, LogLevel.Information, "{Vif}: {Port} is up")]
    public static partial void LinkUp(this ILogger log, string vif, string port);

    [LoggerMessage(7, LogLevel.Warning, "{Vif}: {Port} is down")]
    public static partial void LinkDown(this ILogger log, string vif, string port);

    [LoggerMessage(8, LogLevel.Information, "Interface {Vif}: {Port} is gone")]
    public static partial void PortGone(this ILogger log, uint vif, string port);

    [LoggerMessage(9, LogLevel.Warning, "Huge pages: {Got} MB are free of {Wanted} MB asked for; memory is too scattered or too small")]
    public static partial void FewHugePages(this ILogger log, long got, long wanted);

    [LoggerMessage(10, LogLevel.Error, "The books are out by {Packets} packets: a defect, please report it")]
    public static partial void Unbalanced(this ILogger log, long packets);

    [LoggerMessage(11, LogLevel.Warning, "No control service: {Problem}")]
    public static partial void NoControl(this ILogger log, string problem);

    [LoggerMessage(12, LogLevel.Warning, "There is no file to read again: --config names none")]
    public static partial void NothingToReload(this ILogger log);
}
