using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What a data plane is made with.</summary>
public sealed record DataPlaneOptions
{
    /// <summary>Cores that forward.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The CPUs that workers are pinned to, in turn; empty = not pinned.</summary>
    public IReadOnlyList<int> Cpus { get; init; } = [];

    /// <summary>Packets a worker takes at a time.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Frames of 2 KiB for all packets in flight and in the ports' rings. Address space: memory is taken as they are used.</summary>
    public int Frames { get; init; } = 65536;

    /// <summary>The pages that frames are to lie in. Where too few are reserved, transparent ones serve; the region tells which.</summary>
    public Native.PageKind Pages { get; init; } = Native.PageKind.Transparent;

    /// <summary>The clock; replay and tests bring a virtual one.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether workers note the beginnings and ends of flows for <see cref="DataPlane.TakeFlowEvents"/>.</summary>
    public bool FlowEvents { get; init; }

    /// <summary>Whether <see cref="Vif.Port"/> is opened; replay and tests attach ports themselves.</summary>
    public bool OpenPorts { get; init; } = true;

    /// <summary>
    /// The secret that flow tables hash with; null = a random one. With one given, runs are the same: limits of flows are exact, whatever the
    /// number of workers.
    /// </summary>
    public FlowSeed? Seed { get; init; }

    /// <summary>Called with every drop and the whole packet, on the worker's thread. For replay: it costs time and memory per drop.</summary>
    public Action<Drop>? OnDrop { get; init; }

    /// <summary>Told of an exception that a worker has caught, once a kind, on the worker's thread; <see cref="DataPlane.Faults"/> counts them all.</summary>
    public Action<Exception>? OnFault { get; init; }
}
