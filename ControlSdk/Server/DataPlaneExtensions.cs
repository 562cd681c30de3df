using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>A data plane that is programmed and looked into with the contract's messages.</summary>
public static class DataPlaneExtensions
{
    /// <summary>All of the request or, with every problem named, none of it.</summary>
    public static ProgramResult Apply(this DataPlane dataPlane, V1.ApplyRequest request)
    {
        var draft = new TransactionDraft();
        draft.Add(request);
        return draft.Apply(dataPlane, request.ValidateOnly);
    }

    /// <summary>Makes <paramref name="wanted"/> the whole state; what is equal is not touched.</summary>
    public static ProgramResult Sync(this DataPlane dataPlane, V1.Config wanted, bool validateOnly = false)
    {
        var draft = new TransactionDraft();
        draft.Add(wanted);
        return draft.Sync(dataPlane, validateOnly);
    }

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
        IEnumerable<V1.FlowRecord> flows = dataPlane.ReadFlows(FilterOf(request)).Select(FlowRecordTranslation.Write);
        return request.Limit == 0 ? flows : flows.Take((int)Math.Min(request.Limit, int.MaxValue));
    }

    /// <summary>What would happen to the packet; nothing does.</summary>
    /// <exception cref="ArgumentException">There is no such interface, or the packet is larger than a frame can be.</exception>
    public static V1.TraceResponse Trace(this DataPlane dataPlane, V1.TraceRequest request) =>
        TraceTranslation.Write(dataPlane.Trace(new VifId(request.Interface), request.Packet.Span));

    /// <summary>Which flows are asked for.</summary>
    /// <exception cref="ArgumentException">The request names what is no address, protocol or port.</exception>
    internal static FlowFilter FilterOf(V1.ListFlowsRequest request)
    {
        List<V1.Problem> problems = [];
        FlowFilter filter = FlowRecordTranslation.Read(request, new ObjectScope(request, problems));

        return problems.Count == 0 ? filter
            : throw new ArgumentException(string.Join('\n', problems.Select(problem => $"{problem.Field}: {problem.Message}")), nameof(request));
    }
}
