using Google.Protobuf.WellKnownTypes;

namespace VRouter.ControlSdk.Server;

/// <summary>Says to a watcher that events are missing here.</summary>
internal static class LostEvent
{
    /// <param name="count">How many; 0 = nobody knows.</param>
    /// <param name="instanceId">Of this start of the vRouter.</param>
    public static V1.Event Of(long count, string instanceId) => new()
    {
        InstanceId = instanceId,
        Time = Timestamp.FromDateTime(DateTime.UtcNow),
        Lost = new V1.Event.Types.Lost { Count = (ulong)count },
    };
}
