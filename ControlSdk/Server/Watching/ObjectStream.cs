using Google.Protobuf.WellKnownTypes;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Objects that are applied and deleted.</summary>
internal sealed class ObjectStream(DataPlane dataPlane, EventJournal journal, string instanceId) : EventStream(journal, EventScope.Objects, TimeProvider.System)
{
    private readonly V1.Event _event = new() { InstanceId = instanceId };

    /// <summary>An object that stands, as an event.</summary>
    public static V1.Event Standing(ObjectKey key, string instanceId, Timestamp now) =>
        new() { InstanceId = instanceId, Time = now, Applied = ObjectKeyTranslation.Write(key) };

    /// <inheritdoc/>
    protected override void Start() => dataPlane.Changed += Add;

    /// <inheritdoc/>
    protected override void Stop() => dataPlane.Changed -= Add;

    // One change at a time: the data plane sees to that.
    private void Add(ObjectChanges changes)
    {
        _event.Time = Timestamp.FromDateTimeOffset(changes.Time);

        foreach (ObjectKey key in changes.Deleted)
        {
            _event.Deleted = ObjectKeyTranslation.Write(key);
            Journal.Add(Scope, _event);
        }

        foreach (ObjectKey key in changes.Applied)
        {
            _event.Applied = ObjectKeyTranslation.Write(key);
            Journal.Add(Scope, _event);
        }

        Journal.Tell();
    }
}
