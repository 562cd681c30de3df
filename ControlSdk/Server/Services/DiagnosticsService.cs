using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>vrouter.v1.Diagnostics: looking inside.</summary>
internal sealed class DiagnosticsService(DataPlane dataPlane, ControlLimits limits, IHostApplicationLifetime lifetime)
{
    private readonly Slots _listings = new("listings", limits.Listings);
    private readonly Slots _captures = new("captures", limits.Captures);

    public Task<V1.TraceResponse> Trace(V1.TraceRequest request, ServerCallContext context)
    {
        try
        {
            return Task.FromResult(dataPlane.Trace(request));
        }
        catch (ArgumentException e)
        {
            throw InvalidArgument(e);
        }
    }

    public async Task ListFlows(V1.ListFlowsRequest request, IServerStreamWriter<V1.FlowRecord> responses, ServerCallContext context)
    {
        using Slots.Slot slot = _listings.Take();
        using var call = new StreamCall(context, lifetime);
        var writer = new StreamWriter<V1.FlowRecord>(responses, call.Stop);

        IEnumerable<V1.FlowRecord> flows = Find(request);

        await call.RunAsync(async () =>
        {
            foreach (V1.FlowRecord record in flows)
            {
                await writer.WriteAsync(record);
            }
        });
    }

    public Task<V1.Counters> GetCounters(V1.CountersRequest request, ServerCallContext context) =>
        Task.FromResult(dataPlane.GetCounters([.. request.Interfaces]));

    public async Task ListDrops(V1.ListDropsRequest request, IServerStreamWriter<V1.Drop> responses, ServerCallContext context)
    {
        using Slots.Slot slot = (request.Follow ? _captures : _listings).Take();
        using var call = new StreamCall(context, lifetime);
        var writer = new StreamWriter<V1.Drop>(responses, call.Stop);

        // Packets are for those who may capture.
        bool showsPackets = Peer.Of(context).Role >= ControlRole.Capture;

        await call.RunAsync(async () =>
        {
            if (request.Follow)
            {
                using var feed = new DropFeed(Begin(DropFeed.OptionsOf(request)), request, showsPackets);
                await feed.RunAsync(writer, call.Stop);
                return;
            }

            foreach (V1.Drop drop in Latest(request))
            {
                drop.Packet = showsPackets ? drop.Packet : ByteString.Empty;
                await writer.WriteAsync(drop);
            }
        });
    }

    public async Task Capture(V1.CaptureRequest request, IServerStreamWriter<V1.CaptureChunk> responses, ServerCallContext context)
    {
        using Slots.Slot slot = _captures.Take();
        using var call = new StreamCall(context, lifetime);
        using PacketCapture capture = Begin(CaptureTranslation.Read(request));

        await call.RunAsync(() => new CaptureFeed(capture).RunAsync(responses, call.Stop));
    }

    public async Task FollowTraces(V1.FollowTracesRequest request, IServerStreamWriter<V1.TracedPacket> responses, ServerCallContext context)
    {
        using Slots.Slot slot = _captures.Take();
        using var call = new StreamCall(context, lifetime);
        using PacketTraces traces = Begin(CaptureTranslation.Read(request));
        IAsyncEnumerable<TracedPacket> packets = traces.ReadAllAsync(call.Stop);

        await call.RunAsync(async () =>
        {
            // The client has an answer at once, and knows from when on packets are explained.
            await context.WriteResponseHeadersAsync([]);

            await foreach (TracedPacket packet in request.Limit == 0 ? packets : packets.Take((int)Math.Min(request.Limit, int.MaxValue)))
            {
                await responses.WriteAsync(TraceTranslation.Write(packet), call.Stop);
            }
        });
    }

    private PacketTraces Begin(TraceOptions options)
    {
        try
        {
            return dataPlane.FollowTraces(options);
        }
        catch (ArgumentException e)
        {
            throw InvalidArgument(e);
        }
    }

    private PacketCapture Begin(CaptureOptions options)
    {
        try
        {
            return dataPlane.Capture(options);
        }
        catch (ArgumentException e)
        {
            throw InvalidArgument(e);
        }
    }

    private IEnumerable<V1.FlowRecord> Find(V1.ListFlowsRequest request)
    {
        try
        {
            return dataPlane.ListFlows(request);
        }
        catch (ArgumentException e)
        {
            throw InvalidArgument(e);
        }
    }

    private IEnumerable<V1.Drop> Latest(V1.ListDropsRequest request)
    {
        IEnumerable<V1.Drop> drops = dataPlane.ListDrops()
            .Where(drop => request.Interface == 0 || drop.Interface == request.Interface)
            .Where(drop => request.Reason.Length == 0 || drop.Reason == request.Reason);

        return request.Limit == 0 ? drops : drops.TakeLast((int)Math.Min(request.Limit, int.MaxValue));
    }

    private static RpcException InvalidArgument(ArgumentException e) => new(new Status(StatusCode.InvalidArgument, e.Message));
}
