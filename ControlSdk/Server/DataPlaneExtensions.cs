using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>A data plane that is programmed and looked into with the contract's messages.</summary>
public static class DataPlaneExtensions
{
    /// <summary>All of the request or, with every problem named, none of it.</summary>
    public static ProgramResult Apply(this DataPlane dataPlane, V1.ApplyRequest request) => Program(
        request.Upsert, request.Delete, (transaction, isValid) => dataPlane.Apply(transaction, request.ValidateOnly || !isValid));

    /// <summary>Makes <paramref name="wanted"/> the whole state; what is equal is not touched.</summary>
    public static ProgramResult Sync(this DataPlane dataPlane, V1.Config wanted, bool validateOnly = false) => Program(
        wanted, [], (transaction, isValid) => dataPlane.Sync(transaction, validateOnly || !isValid));

    /// <summary>The state as it stands; <paramref name="derived"/>: also what the vRouter itself made.</summary>
    public static V1.Config ExportConfig(this DataPlane dataPlane, bool derived = false) => ConfigTranslation.Write(dataPlane.Export(derived));

    /// <summary>The counters of all interfaces, or of those asked for.</summary>
    public static V1.Counters GetCounters(this DataPlane dataPlane, params IReadOnlyCollection<uint> interfaces) =>
        CountersTranslation.Write(dataPlane.ReadCounters(), interfaces);

    /// <summary>The latest drops, oldest first.</summary>
    public static IEnumerable<V1.Drop> ListDrops(this DataPlane dataPlane) => dataPlane.ReadDrops().Select(DropTranslation.Write);

    /// <summary>Flows that are asked for, a record a direction, in no order; read as the caller reads.</summary>
    /// <exception cref="ArgumentException">The request names what is no address, protocol or port.</exception>
    public static IEnumerable<V1.FlowRecord> ListFlows(this DataPlane dataPlane, V1.ListFlowsRequest request)
    {
        List<V1.Problem> problems = [];
        FlowFilter filter = FlowRecordTranslation.Read(request, new ObjectScope(request, problems));

        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join('\n', problems.Select(problem => $"{problem.Field}: {problem.Message}")), nameof(request));
        }

        IEnumerable<V1.FlowRecord> flows = dataPlane.ReadFlows(filter).Select(FlowRecordTranslation.Write);
        return request.Limit == 0 ? flows : flows.Take((int)Math.Min(request.Limit, int.MaxValue));
    }

    /// <summary>What would happen to the packet; nothing does.</summary>
    /// <exception cref="ArgumentException">There is no such interface, or the packet is larger than a frame can be.</exception>
    public static V1.TraceResponse Trace(this DataPlane dataPlane, V1.TraceRequest request) =>
        TraceTranslation.Write(dataPlane.Trace(new VifId(request.Interface), request.Packet.Span));

    private static ProgramResult Program(V1.Config? config, IEnumerable<V1.ObjectKey> deletes, Func<Transaction, bool, ApplyResult> apply)
    {
        List<V1.Problem> problems = [];
        Transaction transaction = ConfigTranslation.Read(config ?? new V1.Config(), deletes, problems);
        ApplyResult result = apply(transaction, problems.Count == 0);

        problems.AddRange(News(result.Problems.Select(ProblemTranslation.Write), problems));

        return new ProgramResult(result, problems);
    }

    /// <summary>
    /// The data plane saw stand-ins for what could not be read: what it says of those fields, or of an object of unknown kind, is no news.
    /// </summary>
    private static List<V1.Problem> News(IEnumerable<V1.Problem> found, List<V1.Problem> told)
    {
        HashSet<(V1.ObjectKey?, string)> fields = [.. told.Select(problem => (problem.Object, problem.Field))];

        return [.. found.Where(problem => !fields.Contains((problem.Object, problem.Field)) && !fields.Contains((problem.Object, "kind")))];
    }
}
