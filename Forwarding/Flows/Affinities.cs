using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// The members that clients keep (session affinity), of all workers: a client's flows are spread over them. Asked and written only when flows
/// of such groups are set up or end, under one of many locks.
/// </summary>
internal sealed class Affinities : IDisposable
{
    private const int Buckets = 1 << 16;
    private const int Stripes = 64;
    private const int EntriesAStripe = 1 << 14;

    private readonly NativeArray<int> _buckets = new(Buckets, PageKind.Small);
    private readonly NativeArray<Affinity> _entries = new(Stripes * EntriesAStripe + 1, PageKind.Small);
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(number => new Stripe(number))];
    private readonly FlowHasher _hasher = new(FlowSeed.Random());

    /// <summary>The member that a client has; 0 = none, or it has kept it long enough.</summary>
    public uint Find(in FlowKey flow, long now)
    {
        FlowKey key = KeyOf(flow);
        uint hash = _hasher.Hash(in key);

        lock (StripeOf(hash).Lock)
        {
            int index = Find(BucketOf(hash), key);
            return index != 0 && IsAlive(_entries[index], now) ? _entries[index].Member : 0;
        }
    }

    /// <summary>
    /// A flow of a client has begun: it has this member from now on, and for so many milliseconds after its last flow. Where there is no room
    /// it is forgotten.
    /// </summary>
    public void Begin(in FlowKey flow, uint member, int lasts, long now)
    {
        FlowKey key = KeyOf(flow);
        uint hash = _hasher.Hash(in key);
        Stripe stripe = StripeOf(hash);

        lock (stripe.Lock)
        {
            int bucket = BucketOf(hash);
            int index = Find(bucket, key);
            index = index != 0 ? index : Add(stripe, bucket, key, now);

            if (index != 0)
            {
                _entries[index].Member = member;
                _entries[index].Lasts = lasts;
                _entries[index].Flows++;
            }
        }
    }

    /// <summary>A flow of a client has ended.</summary>
    public void End(in FlowKey flow, long now)
    {
        FlowKey key = KeyOf(flow);
        uint hash = _hasher.Hash(in key);

        lock (StripeOf(hash).Lock)
        {
            int index = Find(BucketOf(hash), key);

            if (index != 0)
            {
                _entries[index].Flows = Math.Max(0, _entries[index].Flows - 1);
                _entries[index].Ended = now;
            }
        }
    }

    public void Dispose()
    {
        _buckets.Dispose();
        _entries.Dispose();
    }

    private static bool IsAlive(in Affinity affinity, long now) => affinity.Flows > 0 || now - affinity.Ended < affinity.Lasts;

    private static FlowKey KeyOf(in FlowKey flow) => FlowKey.Of(flow.Vif, flow.Vrf, flow.Source, flow.Destination, 0, 0);

    private Stripe StripeOf(uint hash) => _stripes[hash & (Stripes - 1)];

    private static int BucketOf(uint hash) => (int)(hash & (Buckets - 1));

    private int Find(int bucket, in FlowKey key)
    {
        int index = _buckets[bucket];

        while (index != 0 && _entries[index].Key != key)
        {
            index = _entries[index].Next;
        }

        return index;
    }

    private int Add(Stripe stripe, int bucket, in FlowKey key, long now)
    {
        ForgetDead(stripe, bucket, now);
        int index = stripe.Free;

        if (index != 0)
        {
            stripe.Free = _entries[index].Next;
        }
        else if (stripe.Used < EntriesAStripe)
        {
            index = stripe.Number * EntriesAStripe + ++stripe.Used;
        }
        else
        {
            return 0;
        }

        _entries[index] = new Affinity { Key = key, Next = _buckets[bucket] };
        _buckets[bucket] = index;
        return index;
    }

    // Where a client comes, those go that nothing holds any more.
    private void ForgetDead(Stripe stripe, int bucket, long now)
    {
        ref int link = ref _buckets[bucket];

        while (link != 0)
        {
            int index = link;

            if (IsAlive(_entries[index], now))
            {
                link = ref _entries[index].Next;
                continue;
            }

            link = _entries[index].Next;
            _entries[index].Next = stripe.Free;
            stripe.Free = index;
        }
    }

    /// <summary>The buckets whose numbers end alike, and the entries they take.</summary>
    private sealed class Stripe(int number)
    {
        public Lock Lock { get; } = new();

        public int Number => number;

        public int Free { get; set; }

        public int Used { get; set; }
    }
}
