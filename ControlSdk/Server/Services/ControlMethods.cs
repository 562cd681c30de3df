using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server.Model;

namespace VRouter.ControlSdk.Server;

/// <summary>What serves each method of vrouter.v1.Control.</summary>
internal sealed class ControlMethods : IServiceMethodProvider<ControlService>
{
    private static readonly ServiceDescriptor s_service = V1.Control.Descriptor;

    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<ControlService> context)
    {
        context.AddUnaryMethod(
            ContractMethod.Of<V1.ApplyRequest, V1.ApplyResponse>(s_service, "Apply"), [],
            (service, request, call) => service.Apply(request, call));
        context.AddDuplexStreamingMethod(
            ContractMethod.Of<V1.ApplyRequest, V1.ApplyResponse>(s_service, "ApplyStream"), [],
            (service, requests, responses, call) => service.ApplyStream(requests, responses, call));
        context.AddClientStreamingMethod(
            ContractMethod.Of<V1.SyncRequest, V1.SyncResponse>(s_service, "Sync"), [],
            (service, requests, call) => service.Sync(requests, call));
        context.AddServerStreamingMethod(
            ContractMethod.Of<V1.ExportRequest, V1.Config>(s_service, "Export"), [],
            (service, request, responses, call) => service.Export(request, responses, call));
        context.AddServerStreamingMethod(
            ContractMethod.Of<V1.WatchRequest, EventFrame>(s_service, "Watch", EventFrame.Marshaller), [],
            (service, request, responses, call) => service.Watch(request, responses, call));
        context.AddDuplexStreamingMethod(
            ContractMethod.Of<V1.PacketOut, V1.PacketIn>(s_service, "PacketIo"), [],
            (service, requests, responses, call) => service.PacketIo(requests, responses, call));
        context.AddUnaryMethod(
            ContractMethod.Of<V1.DeleteFlowsRequest, V1.DeleteFlowsResponse>(s_service, "DeleteFlows"), [],
            (service, request, call) => service.DeleteFlows(request, call));
    }
}
