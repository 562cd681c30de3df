using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>Which directions of flows are meant: those that agree with all that is said here.</summary>
public sealed record FlowFilter
{
    /// <summary>All directions of all flows.</summary>
    public static readonly FlowFilter All = new();

    /// <summary>See <see cref="FlowRecordKey.Vrf"/>.</summary>
    public VrfId? Vrf { get; init; }

    /// <summary>See <see cref="FlowRecordKey.Source"/>.</summary>
    public IpAddress? Source { get; init; }

    /// <summary>See <see cref="FlowRecordKey.Destination"/>.</summary>
    public IpAddress? Destination { get; init; }

    /// <summary>See <see cref="FlowRecordKey.Protocol"/>.</summary>
    public byte? Protocol { get; init; }

    /// <summary>See <see cref="FlowRecordKey.SourcePort"/>.</summary>
    public ushort? SourcePort { get; init; }

    /// <summary>See <see cref="FlowRecordKey.DestinationPort"/>.</summary>
    public ushort? DestinationPort { get; init; }

    /// <summary>See <see cref="FlowRecordKey.Vif"/>.</summary>
    public VifId? Vif { get; init; }

    /// <summary>A vif that is the local end of this direction or of the other one.</summary>
    public VifId? Endpoint { get; init; }

    /// <summary>Whether a direction is meant, by its key and that of the other direction.</summary>
    public bool Matches(in FlowRecordKey key, in FlowRecordKey reverse) =>
        Agrees(Vrf, key.Vrf)
        && Agrees(Source, key.Source)
        && Agrees(Destination, key.Destination)
        && Agrees(Protocol, key.Protocol)
        && Agrees(SourcePort, key.SourcePort)
        && Agrees(DestinationPort, key.DestinationPort)
        && Agrees(Vif, key.Vif)
        && (Agrees(Endpoint, key.Vif) || Agrees(Endpoint, reverse.Vif));

    private static bool Agrees<T>(T? wanted, T value) where T : struct, IEquatable<T> => wanted is null || wanted.Value.Equals(value);
}
