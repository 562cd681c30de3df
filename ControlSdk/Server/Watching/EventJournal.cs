using Google.Protobuf;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The latest events, encoded, in one ring that all watchers read from, each at its own pace. It never grows: what is new takes the place of
/// what is oldest, and a watcher that was slower than that is told how much it missed. Nothing in it is an object, so the collector has
/// nothing to do with it.
/// </summary>
internal sealed class EventJournal(int bytes, int events)
{
    private readonly Lock _lock = new();
    private readonly byte[] _ring = GC.AllocateUninitializedArray<byte>(bytes);
    private readonly JournalEntry[] _entries = new JournalEntry[events];

    // By kind: how many there ever were, and how many of them have given way.
    private readonly long[] _added = new long[(int)EventScope.All + 1];
    private readonly long[] _gone = new long[(int)EventScope.All + 1];
    private readonly HashSet<JournalSignal> _watchers = [];
    private long _first;
    private long _next;
    private int _head;

    /// <summary>The number of the next event.</summary>
    public long Next
    {
        get
        {
            lock (_lock)
            {
                return _next;
            }
        }
    }

    /// <summary>Adds an event, which has no token; it is not told before <see cref="Tell"/>.</summary>
    public void Add(EventScope scope, V1.Event item)
    {
        int size = item.CalculateSize();
        long weight = item.KindCase == V1.Event.KindOneofCase.Lost ? Math.Max(1, (long)item.Lost.Count) : 1;

        lock (_lock)
        {
            int start = MakeRoom(size);
            item.WriteTo(_ring.AsSpan(start, size));
            _entries[_next++ % _entries.Length] = new JournalEntry(start, size, scope, weight);
            _added[(int)scope] += weight;
            _head = start + size;
        }
    }

    /// <summary>Wakes the watchers.</summary>
    public void Tell()
    {
        lock (_lock)
        {
            foreach (JournalSignal watcher in _watchers)
            {
                watcher.Set();
            }
        }
    }

    /// <summary>Has <see cref="Tell"/> wake a watcher until the signal is disposed.</summary>
    public JournalSignal Subscribe()
    {
        var signal = new JournalSignal(Unsubscribe);

        lock (_lock)
        {
            _watchers.Add(signal);
        }

        return signal;
    }

    /// <summary>A place to read on from. What of it is gone already counts as lost, whatever its kind.</summary>
    public JournalCursor Open(long next)
    {
        lock (_lock)
        {
            var cursor = new JournalCursor(Math.Max(next, _first), [.. _added]) { Lost = Math.Max(0, _first - next) };

            for (long number = cursor.Next; number < _next; number++)
            {
                cursor.Passed[(int)EntryOf(number).Scope] -= EntryOf(number).Weight;
            }

            return cursor;
        }
    }

    /// <summary>
    /// Copies the next events of these kinds, as many as there is room for. What a slow watcher has missed of them is counted in the cursor.
    /// </summary>
    public void Read(JournalCursor cursor, EventScope scopes, JournalBatch batch)
    {
        batch.Clear();

        lock (_lock)
        {
            cursor.SkipTo(_first, _gone, scopes);

            while (cursor.Next < _next)
            {
                JournalEntry entry = EntryOf(cursor.Next);

                if ((entry.Scope & scopes) != 0 && !batch.TryAdd(_ring.AsSpan(entry.Start, entry.Length), cursor.Next + 1))
                {
                    break;
                }

                cursor.Passed[(int)entry.Scope] += entry.Weight;
                cursor.Next++;
            }
        }
    }

    private JournalEntry EntryOf(long number) => _entries[number % _entries.Length];

    // The ring's places are taken in order; an event lies in one piece.
    private int MakeRoom(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, _ring.Length);
        bool wraps = _head + size > _ring.Length;
        int start = wraps ? 0 : _head;

        while (_first < _next && (_next - _first == _entries.Length || IsInTheWay(EntryOf(_first), start, size, wraps)))
        {
            JournalEntry oldest = EntryOf(_first++);
            _gone[(int)oldest.Scope] += oldest.Weight;
        }

        return start;
    }

    private bool IsInTheWay(JournalEntry oldest, int start, int size, bool wraps) =>
        (wraps && oldest.Start >= _head) || (oldest.Start < start + size && oldest.Start + oldest.Length > start);

    private void Unsubscribe(JournalSignal signal)
    {
        lock (_lock)
        {
            _watchers.Remove(signal);
        }
    }
}
