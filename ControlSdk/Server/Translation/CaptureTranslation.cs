using Grpc.Core;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Which packets a capture is after, from the contract.</summary>
internal static class CaptureTranslation
{
    /// <exception cref="RpcException">INVALID_ARGUMENT: it names what is no address, protocol or port.</exception>
    public static CaptureOptions Read(V1.CaptureRequest request)
    {
        List<V1.Problem> problems = [];
        FlowFilter match = FlowRecordTranslation.Read(new V1.ListFlowsRequest { Match = request.Match }, new ObjectScope(request, problems));

        return problems.Count > 0
            ? throw new RpcException(new Status(StatusCode.InvalidArgument, string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.Message}"))))
            : new CaptureOptions
            {
                Vifs = [.. request.Interfaces.Select(id => new VifId(id))],
                SnapLength = (int)Math.Min(request.SnapLength, CaptureReader.MaxPacket),
                DropsOnly = request.DropsOnly,
                Match = match == FlowFilter.All ? null : match,
            };
    }
}
