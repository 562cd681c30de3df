namespace VRouter.Forwarding;

/// <summary>An immutable dictionary whose copies share all but the changed path: buckets of few entries in a <see cref="PersistentVector{T}"/>.</summary>
internal sealed class PersistentMap<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
    where TValue : class
{
    private const int BitsAtFirst = 5, BitsMore = 5;

    // The golden ratio's digits: what keys' hashes leave in the low bits counts in the high ones, which choose the bucket.
    private const uint Spread = 0x9E37_79B1;

    public static readonly PersistentMap<TKey, TValue> Empty = new(PersistentVector<Entry[]?>.Empty, BitsAtFirst, 0);

    private readonly PersistentVector<Entry[]?> _buckets;
    private readonly int _bits;

    private PersistentMap(PersistentVector<Entry[]?> buckets, int bits, int count) => (_buckets, _bits, Count) = (buckets, bits, count);

    public int Count { get; }

    /// <summary>The value of a key; null = there is none.</summary>
    public TValue? Find(TKey key)
    {
        Entry[]? bucket = _buckets[BucketOf(key, _bits)];
        int at = PlaceOf(key, bucket);
        return at < 0 ? null : bucket![at].Value;
    }

    public Builder Edit() => new(this);

    private static int BucketOf(TKey key, int bits) => (int)((uint)key.GetHashCode() * Spread >> (32 - bits));

    private static int PlaceOf(TKey key, Entry[]? bucket)
    {
        for (int i = 0; i < bucket?.Length; i++)
        {
            if (bucket[i].Key.Equals(key))
            {
                return i;
            }
        }

        return -1;
    }

    private readonly record struct Entry(TKey Key, TValue Value);

    /// <summary>The next version in the making.</summary>
    public sealed class Builder(PersistentMap<TKey, TValue> from)
    {
        private PersistentVector<Entry[]?>.Builder _buckets = from._buckets.Edit();
        private PersistentMap<TKey, TValue> _built = from;
        private int _bits = from._bits;
        private int _count = from.Count;

        /// <summary>Whether anything has been set since the last version.</summary>
        public bool IsChanged => _buckets.IsChanged;

        /// <summary>Sets the value of a key, or with null takes it away.</summary>
        public void Set(TKey key, TValue? value)
        {
            int index = BucketOf(key, _bits);
            Entry[] before = _buckets[index] ?? [];
            int at = PlaceOf(key, before);

            if (at < 0 && value is null)
            {
                return;
            }

            IEnumerable<Entry> others = before.Where((_, i) => i != at);
            Entry[] after = value is null ? [.. others] : [.. others, new Entry(key, value)];
            _buckets[index] = after.Length > 0 ? after : null;
            _count += after.Length - before.Length;

            if (_count > 2 << _bits)
            {
                Grow();
            }
        }

        /// <summary>The finished version, from which the builder goes on; the last one itself when nothing was set since.</summary>
        public PersistentMap<TKey, TValue> Build()
        {
            if (IsChanged)
            {
                _built = new PersistentMap<TKey, TValue>(_buckets.Build(), _bits, _count);
            }

            return _built;
        }

        private void Grow()
        {
            PersistentVector<Entry[]?>.Builder narrow = _buckets;
            _buckets = PersistentVector<Entry[]?>.Empty.Edit();
            int bits = _bits;
            _bits += BitsMore;

            for (int i = 0; i < 1 << bits; i++)
            {
                foreach (IGrouping<int, Entry> bucket in (narrow[i] ?? []).GroupBy(entry => BucketOf(entry.Key, _bits)))
                {
                    _buckets[bucket.Key] = [.. bucket];
                }
            }
        }
    }
}
