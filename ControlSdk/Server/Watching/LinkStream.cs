using Google.Protobuf.WellKnownTypes;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Links of interfaces that go up and down.</summary>
internal sealed class LinkStream(DataPlane dataPlane, EventJournal journal, string instanceId) : PolledStream(journal, EventScope.Links)
{
    // The data plane looks at its ports once a second.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    private Dictionary<VifId, bool> _known = [];

    /// <summary>A link as it is, as an event.</summary>
    public static V1.Event Of(VifLink link, string instanceId) => new()
    {
        InstanceId = instanceId,
        Time = Timestamp.FromDateTime(DateTime.UtcNow),
        Link = new V1.LinkState { Interface = link.Vif.Value, Up = link.IsUp },
    };

    /// <inheritdoc/>
    protected override void Start()
    {
        _known = dataPlane.ReadLinks().ToDictionary(link => link.Vif, link => link.IsUp);
        base.Start();
    }

    /// <inheritdoc/>
    protected override TimeSpan Take()
    {
        IReadOnlyList<VifLink> links = dataPlane.ReadLinks();

        foreach (VifLink link in links.Where(link => link.IsUp != _known.GetValueOrDefault(link.Vif)))
        {
            Journal.Add(Scope, Of(link, instanceId));
        }

        _known = links.ToDictionary(link => link.Vif, link => link.IsUp);
        Journal.Tell();
        return s_interval;
    }
}
