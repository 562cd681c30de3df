using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;

namespace VRouter.ControlSdk.Server;

/// <summary>What serves each method of vrouter.v1.Diagnostics.</summary>
internal sealed class DiagnosticsMethods : IServiceMethodProvider<DiagnosticsService>
{
    private static readonly ServiceDescriptor s_service = V1.Diagnostics.Descriptor;

    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DiagnosticsService> context)
    {
        context.AddUnaryMethod(
            ContractMethod.Of<V1.TraceRequest, V1.TraceResponse>(s_service, "Trace"), [],
            (service, request, call) => service.Trace(request, call));
        context.AddServerStreamingMethod(
            ContractMethod.Of<V1.ListFlowsRequest, V1.FlowRecord>(s_service, "ListFlows"), [],
            (service, request, responses, call) => service.ListFlows(request, responses, call));
        context.AddUnaryMethod(
            ContractMethod.Of<V1.CountersRequest, V1.Counters>(s_service, "GetCounters"), [],
            (service, request, call) => service.GetCounters(request, call));
        context.AddServerStreamingMethod(
            ContractMethod.Of<V1.ListDropsRequest, V1.Drop>(s_service, "ListDrops"), [],
            (service, request, responses, call) => service.ListDrops(request, responses, call));
        context.AddServerStreamingMethod(
            ContractMethod.Of<V1.CaptureRequest, V1.CaptureChunk>(s_service, "Capture"), [],
            (service, request, responses, call) => service.Capture(request, responses, call));
        context.AddServerStreamingMethod(
            ContractMethod.Of<V1.FollowTracesRequest, V1.TracedPacket>(s_service, "FollowTraces"), [],
            (service, request, responses, call) => service.FollowTraces(request, responses, call));
    }
}
