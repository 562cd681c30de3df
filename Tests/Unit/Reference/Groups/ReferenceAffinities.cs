namespace VRouter.Tests.Unit.Reference;

/// <summary>Which member each client keeps, for a while after its last flow.</summary>
internal sealed class ReferenceAffinities
{
    private readonly Dictionary<ReferenceKey, (uint Member, int Flows, TimeSpan Ended, TimeSpan Lasts)> _clients = [];

    /// <summary>The member of a client; null = it has none, or not any more.</summary>
    public uint? Find(ReferenceKey flow, TimeSpan now) =>
        _clients.TryGetValue(ClientOf(flow), out var client) && (client.Flows > 0 || now - client.Ended < client.Lasts) ? client.Member : null;

    /// <summary>A flow of a client has begun, which keeps its member for so long after its last one.</summary>
    public void Begin(ReferenceKey flow, uint member, TimeSpan lasts)
    {
        (_, int flows, TimeSpan ended, _) = _clients.GetValueOrDefault(ClientOf(flow));
        _clients[ClientOf(flow)] = (member, flows + 1, ended, lasts);
    }

    public void End(ReferenceKey flow, TimeSpan now)
    {
        (uint member, int flows, _, TimeSpan lasts) = _clients[ClientOf(flow)];
        _clients[ClientOf(flow)] = (member, flows - 1, now, lasts);
    }

    private static ReferenceKey ClientOf(ReferenceKey flow) => flow with { Tuple = flow.Tuple with { Protocol = 0, SourcePort = 0, DestinationPort = 0 } };
}
