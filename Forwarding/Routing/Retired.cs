namespace VRouter.Forwarding;

/// <summary>
/// What transactions took out of sight, in the order that they did: an item waits until every reader has passed a batch
/// boundary under a generation that no longer shows it.
/// </summary>
internal sealed class Retired
{
    private const int KeptCapacity = 64 * 1024;

    private readonly Queue<uint> _items = new();
    private readonly Queue<(ulong Generation, int Count)> _closed = new();
    private int _open;
    private int _ready;

    /// <summary>Adds an item that the generation to come does not show.</summary>
    public void Add(uint item)
    {
        _items.Enqueue(item);
        _open++;
    }

    /// <summary>Says that <paramref name="generation"/> shows none of the items so far.</summary>
    public void Close(ulong generation)
    {
        if (_open > 0)
        {
            _closed.Enqueue((generation, _open));
            _open = 0;
        }
    }

    /// <summary>Takes an item that no reader of <paramref name="generation"/> sees; false when there is none.</summary>
    public bool TryTake(ulong generation, out uint item)
    {
        while (_closed.TryPeek(out (ulong Generation, int Count) oldest) && oldest.Generation <= generation)
        {
            _ready += _closed.Dequeue().Count;
        }

        if (_ready == 0)
        {
            item = 0;
            return false;
        }

        _ready--;
        item = _items.Dequeue();

        // A table of a million routes that went must not leave its queue behind.
        if (_items.Count == 0 && _items.Capacity > KeptCapacity)
        {
            _items.TrimExcess();
        }

        return true;
    }
}
