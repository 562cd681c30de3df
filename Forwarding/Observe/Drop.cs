namespace VRouter.Forwarding;

/// <summary>A packet that was dropped.</summary>
/// <param name="Time">When.</param>
/// <param name="Vif">Where it came in.</param>
/// <param name="Reason">Why.</param>
/// <param name="Object">The object that decided; of kind None when none did.</param>
/// <param name="RuleId">The rule that decided; empty when none did.</param>
/// <param name="Packet">The frame as it came in, cut to the first 128 bytes unless whole ones were asked for.</param>
public sealed record Drop(DateTimeOffset Time, VifId Vif, DropReason Reason, ObjectKey Object, string RuleId, ReadOnlyMemory<byte> Packet);
