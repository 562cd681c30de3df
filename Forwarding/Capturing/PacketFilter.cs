namespace VRouter.Forwarding;

/// <summary>Which packets somebody wants who looks on at one worker.</summary>
internal sealed class PacketFilter(IReadOnlyList<VifId> vifs, CaptureMatch? match)
{
    private readonly VifId[] _vifs = [.. vifs];

    /// <summary>Whether packets of a vif are wanted.</summary>
    public bool Wants(VifId vif) => _vifs.Length == 0 || _vifs.AsSpan().Contains(vif);

    /// <summary>Whether a packet is wanted; the parameters are those of <see cref="CaptureMatch.Matches"/>.</summary>
    public bool Wants(Span<byte> head, ForwardingState state, VifState? vif, int innerVrf) => match is null || match.Matches(head, state, vif, innerVrf);
}
