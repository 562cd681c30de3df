namespace VRouter.ControlSdk.Server;

/// <summary>Events that one watcher has copied out of the journal and sends next: what it may hold of it.</summary>
internal sealed class JournalBatch
{
    private const int MostEvents = 256;
    private const int UsualBytes = 64 << 10;

    private readonly (int Start, int Length, long Next)[] _events = new (int, int, long)[MostEvents];
    private byte[] _bytes = new byte[UsualBytes];
    private int _used;

    public int Count { get; private set; }

    /// <summary>An event as the journal has it, and the number of the one after it.</summary>
    public (ReadOnlyMemory<byte> Encoded, long Next) this[int index] => (_bytes.AsMemory(_events[index].Start, _events[index].Length), _events[index].Next);

    public void Clear() => (Count, _used) = (0, 0);

    /// <summary>Copies an event; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> encoded, long next)
    {
        if (Count == MostEvents || (Count > 0 && _used + encoded.Length > _bytes.Length))
        {
            return false;
        }

        if (encoded.Length > _bytes.Length)
        {
            _bytes = new byte[encoded.Length];
        }

        encoded.CopyTo(_bytes.AsSpan(_used));
        _events[Count++] = (_used, encoded.Length, next);
        _used += encoded.Length;
        return true;
    }
}
