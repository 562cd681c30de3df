namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>How a check ended.</summary>
/// <param name="IsPassed">Whether it ended as it should.</param>
/// <param name="Detail">What was seen, for people.</param>
/// <param name="Packets">Packets that went unanswered, as those of who is refused should.</param>
/// <param name="Bytes">Bytes that arrived and were as they should be.</param>
/// <param name="Elapsed">How long they took.</param>
/// <param name="Answers">Who answered requests to a service, a name for each.</param>
internal readonly record struct Outcome(
    bool IsPassed, string Detail, int Packets = 0, long Bytes = 0, TimeSpan Elapsed = default, IReadOnlyList<string>? Answers = null);
