using Google.Protobuf;
using Grpc.Core;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Which packets somebody wants to look at, from the contract.</summary>
internal static class CaptureTranslation
{
    /// <exception cref="RpcException">INVALID_ARGUMENT: it names what is no address, protocol or port.</exception>
    public static CaptureOptions Read(V1.CaptureRequest request) => new()
    {
        Vifs = [.. request.Interfaces.Select(id => new VifId(id))],
        SnapLength = (int)Math.Min(request.SnapLength, CaptureReader.MaxPacket),
        DropsOnly = request.DropsOnly,
        Match = Read(request.Match, request),
    };

    /// <inheritdoc cref="Read(V1.CaptureRequest)"/>
    public static TraceOptions Read(V1.FollowTracesRequest request) => new()
    {
        Vifs = [.. request.Interfaces.Select(id => new VifId(id))],
        DropsOnly = request.DropsOnly,
        Match = Read(request.Match, request),
    };

    private static FlowFilter? Read(V1.FlowKey? match, IMessage request)
    {
        List<V1.Problem> problems = [];
        FlowFilter filter = FlowRecordTranslation.Read(new V1.ListFlowsRequest { Match = match }, new ObjectScope(request, problems));

        return problems.Count > 0
            ? throw new RpcException(new Status(StatusCode.InvalidArgument, string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.Message}"))))
            : filter == FlowFilter.All ? null : filter;
    }
}
