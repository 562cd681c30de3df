using Grpc.Core;

namespace VRouter.ControlSdk;

/// <summary>A request was refused, and nothing of it was applied.</summary>
/// <param name="problems">Every reason.</param>
/// <param name="status">The status that said so.</param>
public sealed class RefusedException(IReadOnlyList<V1.Problem> problems, RpcException? status = null)
    : Exception(problems.Count == 0 ? status?.Status.Detail : string.Join("; ", problems.Take(MostInMessage).Select(ContractText.Describe)), status)
{
    private const int MostInMessage = 20;

    /// <summary>Every reason: the object, its field by the contract's name, and what is wrong with it.</summary>
    public IReadOnlyList<V1.Problem> Problems { get; } = problems;

    /// <summary>Whether the request would be right in another state, or on another machine.</summary>
    public bool IsOfState => (InnerException as RpcException)?.StatusCode == StatusCode.FailedPrecondition;
}
