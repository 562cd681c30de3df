using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>What became of a request in the contract's words.</summary>
/// <param name="Applied">What the data plane says.</param>
/// <param name="Problems">Every reason it was refused for, those of its text and those of the data plane; none: it took effect.</param>
public sealed record ProgramResult(ApplyResult Applied, IReadOnlyList<V1.Problem> Problems)
{
    /// <summary>Whether it was as it should be.</summary>
    public bool IsApplied => Problems.Count == 0;

    /// <summary>Whether there is nothing wrong with the request itself: it does not suit the state, or the machine.</summary>
    public bool IsOfState { get; init; }

    /// <summary>The problems as sentences: "interface 7: addresses[0]: '10.0.0.300' is not an address prefix".</summary>
    public IEnumerable<string> Messages => Problems.Select(ContractText.Describe);
}
