using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>What became of a packet: dropped for a reason, or sent; or answered, which is neither.</summary>
internal sealed record Outcome(DropReason Reason, string Rule, Sent[] Sent)
{
    /// <summary>It waits for the first fragment of its datagram.</summary>
    public static readonly Outcome Held = new(DropReason.None, "", []);

    /// <summary>What became of an error that was made about it and could not be sent.</summary>
    public DropReason ReasonOfError { get; init; }

    public static Outcome Dropped(DropReason reason, string rule = "") => new(reason, rule, []);

    public static Outcome SentOut(params Sent[] sent) => new(DropReason.None, "", sent);
}
