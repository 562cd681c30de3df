using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.ObjectPool;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>vrouter.v1.Diagnostics: looking inside.</summary>
internal sealed class DiagnosticsService(DataPlane dataPlane, ControlLimits limits, IHostApplicationLifetime lifetime)
{
    private readonly Slots _listings = new("listings", limits.Listings);
    private readonly ObjectPool<V1.FlowRecord> _flowRecords = ClearedMessages<V1.FlowRecord>.NewPool();
    private readonly ObjectPool<V1.Drop> _drops = ClearedMessages<V1.Drop>.NewPool();
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

        IEnumerable<FlowRecord> flows = Find(request);
        V1.FlowRecord record = _flowRecords.Get();

        try
        {
            await call.RunAsync(async () =>
            {
                foreach (FlowRecord flow in flows)
                {
                    FlowRecordTranslation.Write(flow, record);
                    await writer.WriteAsync(record);
                }
            });
        }
        finally
        {
            _flowRecords.Return(record);
        }
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

            await ListAsync(Latest(request), showsPackets, writer);
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

    private IEnumerable<FlowRecord> Find(V1.ListFlowsRequest request)
    {
        try
        {
            IEnumerable<FlowRecord> flows = dataPlane.ReadFlows(DataPlaneExtensions.FilterOf(request));
            return request.Limit == 0 ? flows : flows.Take((int)Math.Min(request.Limit, int.MaxValue));
        }
        catch (ArgumentException e)
        {
            throw InvalidArgument(e);
        }
    }

    private async Task ListAsync(IEnumerable<Drop> drops, bool showsPackets, StreamWriter<V1.Drop> writer)
    {
        V1.Drop written = _drops.Get();

        try
        {
            foreach (Drop drop in drops)
            {
                DropTranslation.Write(drop, written);
                written.Packet = showsPackets ? written.Packet : ByteString.Empty;
                await writer.WriteAsync(written);
            }
        }
        finally
        {
            _drops.Return(written);
        }
    }

    private IEnumerable<Drop> Latest(V1.ListDropsRequest request)
    {
        IEnumerable<Drop> drops = dataPlane.ReadDrops()
            .Where(drop => request.Interface == 0 || drop.Vif.Value == request.Interface)
            .Where(drop => request.Reason.Length == 0 || drop.Reason.ToString() == request.Reason);

        return request.Limit == 0 ? drops : drops.TakeLast((int)Math.Min(request.Limit, int.MaxValue));
    }

    private static RpcException InvalidArgument(ArgumentException e) => new(new Status(StatusCode.InvalidArgument, e.Message));
}
