using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>The journal and what fills it.</summary>
internal sealed class EventStreams(DataPlane dataPlane, Programmer programmer, ControlLimits limits) : IDisposable
{
    private readonly Lazy<EventJournal> _journal = new(() => new EventJournal(limits.JournalBytes, limits.JournalEvents));
    private readonly Lock _lock = new();
    private EventStream[] _streams = [];

    /// <summary>The latest events; its memory is taken when it is first asked for.</summary>
    public EventJournal Journal => _journal.Value;

    /// <summary>Has these kinds of events come in until they are left.</summary>
    public void Use(EventScope scopes)
    {
        foreach (EventStream stream in Streams(scopes))
        {
            stream.Use();
        }
    }

    public void Leave(EventScope scopes)
    {
        foreach (EventStream stream in Streams(scopes))
        {
            stream.Leave();
        }
    }

    /// <summary>Whether the journal has all events of these kinds since a token was given out. To be asked while they are in use.</summary>
    public bool CanResume(ResumeToken token, EventScope scopes) =>
        token.Instance == ResumeToken.InstanceOf(programmer.InstanceId)
        && (token.Scopes & scopes) == scopes
        && token.Next <= Journal.Next
        && Streams(scopes).All(stream => stream.CompleteSince <= token.Next);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (EventStream stream in _streams)
        {
            stream.Dispose();
        }
    }

    private IEnumerable<EventStream> Streams(EventScope scopes)
    {
        lock (_lock)
        {
            if (_streams.Length == 0)
            {
                _streams =
                [
                    new FlowStream(dataPlane, Journal, programmer.InstanceId),
                    new ObjectStream(dataPlane, Journal, programmer.InstanceId),
                    new LinkStream(dataPlane, Journal, programmer.InstanceId),
                    new NeighbourStream(dataPlane, Journal, programmer.InstanceId),
                ];
            }

            return _streams.Where(stream => (stream.Scope & scopes) != 0);
        }
    }
}
