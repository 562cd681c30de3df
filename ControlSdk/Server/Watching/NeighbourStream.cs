using Google.Protobuf.WellKnownTypes;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Neighbours on the underlay that are found, that move, and that are lost.</summary>
internal sealed class NeighbourStream(DataPlane dataPlane, EventJournal journal, string instanceId) : PolledStream(journal, EventScope.Links)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    private Dictionary<(VifId, IpAddress), VifNeighbour> _known = [];

    /// <summary>A neighbour as it is, as an event.</summary>
    public static V1.Event Of(VifNeighbour neighbour, string instanceId) => Of(neighbour, neighbour.IsReachable, instanceId);

    /// <inheritdoc/>
    protected override void Start()
    {
        _known = Read();
        base.Start();
    }

    /// <inheritdoc/>
    protected override TimeSpan Take()
    {
        Dictionary<(VifId, IpAddress), VifNeighbour> now = Read();

        foreach (VifNeighbour neighbour in now.Values.Where(neighbour => MacOf(_known, neighbour) != neighbour.Mac))
        {
            // Of one that is lost the MAC that it had says more than none.
            VifNeighbour told = neighbour.IsReachable ? neighbour : neighbour with { Mac = MacOf(_known, neighbour) };
            Journal.Add(Scope, Of(told, neighbour.IsReachable, instanceId));
        }

        foreach (VifNeighbour gone in _known.Values.Where(neighbour => neighbour.IsReachable && !now.ContainsKey((neighbour.Vif, neighbour.Address))))
        {
            Journal.Add(Scope, Of(gone, isReachable: false, instanceId));
        }

        _known = now;
        Journal.Tell();
        return s_interval;
    }

    private Dictionary<(VifId, IpAddress), VifNeighbour> Read() =>
        dataPlane.ReadNeighbours().ToDictionary(neighbour => (neighbour.Vif, neighbour.Address));

    private static MacAddress MacOf(Dictionary<(VifId, IpAddress), VifNeighbour> neighbours, VifNeighbour neighbour) =>
        neighbours.GetValueOrDefault((neighbour.Vif, neighbour.Address)).Mac;

    private static V1.Event Of(VifNeighbour neighbour, bool isReachable, string instanceId) => new()
    {
        InstanceId = instanceId,
        Time = Timestamp.FromDateTime(DateTime.UtcNow),
        Neighbour = new V1.NeighbourState
        {
            Interface = neighbour.Vif.Value,
            Address = neighbour.Address.ToString(),
            Mac = neighbour.Mac == default ? "" : neighbour.Mac.ToString(),
            Reachable = isReachable,
        },
    };
}
