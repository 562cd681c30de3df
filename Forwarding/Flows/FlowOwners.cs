using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Which worker a flow belongs to: that of a hash that is the same both ways, so that both directions reach it on whatever queue they arrive.
/// With a seed of the user's, where every run is to be the same whatever the number of workers, it is the first: which flow gives way and which
/// port is free then depends on nothing else.
/// </summary>
internal sealed class FlowOwners(int workers, FlowSeed? seed)
{
    /// <summary>Pairs that each worker's table has room for: address space, taken as flows come.</summary>
    public const int MostPairs = 1 << 24;

    private readonly FlowSeed _seed = seed ?? FlowSeed.Random();
    private readonly FlowHasher _hasher = new(seed ?? FlowSeed.Random());

    /// <summary>How many workers there are.</summary>
    public int Workers => workers;

    /// <summary>Credits that a worker takes at a time. With a seed of the user's everything is to be the same in every run, so limits are exact.</summary>
    public int CreditBlock => seed is null ? FlowLease.DefaultBlock : 2;

    /// <summary>How much is kept of fragments, by each worker.</summary>
    public FragmentLimits FragmentLimits { get; } = new();

    /// <summary>The secret of a worker's tables.</summary>
    public FlowSeed Seed(int worker) => seed is null && worker > 0 ? FlowSeed.Random() : _seed;

    /// <summary>The worker of a flow, by either direction's key; of a datagram, by its key.</summary>
    public int Of(in FlowKey key) => workers == 1 || seed is not null ? 0 : (int)((ulong)_hasher.HashBothWays(in key) * (uint)workers >> 32);
}
