using Grpc.Core;
using Microsoft.Extensions.Hosting;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>vrouter.v1.Control: programming.</summary>
internal sealed class ControlService(Programmer programmer, EventStreams streams, ControlLimits limits, IHostApplicationLifetime lifetime)
{
    private readonly Slots _transactions = new("transactions", limits.Transactions);
    private readonly Slots _applyStreams = new("streams of transactions", limits.ApplyStreams);
    private readonly Slots _syncs = new("syncs", limits.Syncs);
    private readonly Slots _exports = new("exports", limits.Listings);
    private readonly Slots _watches = new("watches", limits.Watches);
    private readonly Slots _packetStreams = new("streams of packets", limits.PacketStreams);

    public async Task<V1.ApplyResponse> Apply(V1.ApplyRequest request, ServerCallContext context)
    {
        using Slots.Slot slot = _transactions.Take();
        ProgramResult result = await programmer.ApplyAsync(request, Peer.Of(context).Name, context.CancellationToken);
        V1.ApplyResponse response = programmer.ResponseOf(result);
        await programmer.SettleAsync();

        return result.IsApplied ? response : throw Refusal.Of(result, response, request);
    }

    public async Task ApplyStream(IAsyncStreamReader<V1.ApplyRequest> requests, IServerStreamWriter<V1.ApplyResponse> responses, ServerCallContext context)
    {
        using Slots.Slot slot = _applyStreams.Take();
        using var call = new StreamCall(context, lifetime);
        Peer peer = Peer.Of(context);

        // The client sends ahead as far as HTTP/2 lets it, and is slowed down by not reading its answers.
        await call.RunAsync(async () =>
        {
            var answers = new SettledAnswers(responses, call.Stop);

            while (await requests.MoveNext(call.Stop))
            {
                await peer.Pace.WaitAsync(call.Stop);
                ProgramResult result = await programmer.ApplyAsync(requests.Current, peer.Name, call.Stop);
                await answers.AddAsync(programmer.ResponseOf(result), programmer.SettleAsync());
            }

            await answers.EndAsync();
        });
    }

    public async Task<V1.SyncResponse> Sync(IAsyncStreamReader<V1.SyncRequest> requests, ServerCallContext context)
    {
        using Slots.Slot slot = _syncs.Take();
        using var call = new StreamCall(context, lifetime);
        TransactionDraft draft = programmer.Begin();
        bool validatesOnly = false;

        try
        {
            return await call.RunAsync(async () =>
            {
                while (await requests.MoveNext(call.Stop))
                {
                    Add(requests.Current, draft);
                    validatesOnly |= requests.Current.ValidateOnly;
                }

                return await (validatesOnly ? PreviewAsync(draft, context, call.Stop) : SyncAsync(draft, context, call.Stop));
            });
        }
        finally
        {
            programmer.End(draft);
        }
    }

    public async Task Export(V1.ExportRequest request, IServerStreamWriter<V1.Config> responses, ServerCallContext context)
    {
        using Slots.Slot slot = _exports.Take();
        using var call = new StreamCall(context, lifetime);

        await call.RunAsync(async () =>
        {
            Transaction state = programmer.DataPlane.Export(request.Derived, FieldMaskTranslation.Read(request.Fields));

            foreach (V1.Config piece in ConfigPieces.Of(ConfigTranslation.WriteObjects(state)))
            {
                await responses.WriteAsync(piece, call.Stop);
            }
        });
    }

    public async Task Watch(V1.WatchRequest request, IServerStreamWriter<EventFrame> responses, ServerCallContext context)
    {
        using Slots.Slot slot = _watches.Take();
        using var call = new StreamCall(context, lifetime);
        var watch = new Watch(programmer.DataPlane, streams, programmer.InstanceId, ScopesOf(request), new StreamWriter<EventFrame>(responses, call.Stop));

        await call.RunAsync(() => watch.RunAsync(request.ResumeToken.Memory, call.Stop));
    }

    public async Task PacketIo(IAsyncStreamReader<V1.PacketOut> requests, IServerStreamWriter<V1.PacketIn> responses, ServerCallContext context)
    {
        using Slots.Slot slot = _packetStreams.Take();
        using var call = new StreamCall(context, lifetime);
        var exchange = new PacketExchange(programmer.DataPlane, limits.PacketsPerSecond);

        try
        {
            await call.RunAsync(() => exchange.RunAsync(requests, responses, context, call.Stop));
        }
        finally
        {
            programmer.NotePackets(Peer.Of(context).Name, exchange.Brought);
        }
    }

    public Task<V1.DeleteFlowsResponse> DeleteFlows(V1.DeleteFlowsRequest request, ServerCallContext context)
    {
        List<V1.Problem> problems = [];
        var wanted = new V1.ListFlowsRequest { Match = request.Match, Interface = request.Interface };
        FlowFilter filter = FlowRecordTranslation.Read(wanted, new ObjectScope(request, problems));

        return problems.Count > 0
            ? throw new RpcException(new Status(StatusCode.InvalidArgument, string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.Message}"))))
            : Task.FromResult(new V1.DeleteFlowsResponse { Deleted = (ulong)programmer.DeleteFlows(filter, JsonContract.Format(wanted), Peer.Of(context).Name) });
    }

    private async Task<V1.SyncResponse> SyncAsync(TransactionDraft draft, ServerCallContext context, CancellationToken stop)
    {
        ProgramResult result = await programmer.SyncAsync(draft, Peer.Of(context).Name, stop);
        await programmer.SettleAsync();
        return result.IsApplied ? ResponseOf(result) : throw Refusal.Of(result, programmer.ResponseOf(result), request: null);
    }

    private async Task<V1.SyncResponse> PreviewAsync(TransactionDraft draft, ServerCallContext context, CancellationToken stop)
    {
        (ProgramResult result, ObjectChanges? changes) = await programmer.PreviewSyncAsync(draft, Peer.Of(context).Name, stop);
        V1.SyncResponse response = ResponseOf(result);
        response.Problems.AddRange(result.Problems);
        response.Applied.AddRange((changes?.Applied ?? []).Select(KeyOf));
        response.Deleted.AddRange((changes?.Deleted ?? []).Select(KeyOf));
        return response;
    }

    // The settings have no key, and a list has no place for none.
    private static V1.ObjectKey KeyOf(ObjectKey key) => ObjectKeyTranslation.Write(key) ?? new V1.ObjectKey();

    private static EventScope ScopesOf(V1.WatchRequest request) =>
        (request.Flows ? EventScope.Flows : 0) | (request.Objects ? EventScope.Objects : 0) | (request.Links ? EventScope.Links : 0);

    private void Add(V1.SyncRequest piece, TransactionDraft draft)
    {
        if (piece.State is not null)
        {
            draft.Add(piece.State);
        }

        if (draft.Count > limits.SyncObjects)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"more than {limits.SyncObjects} objects"));
        }
    }

    private V1.SyncResponse ResponseOf(ProgramResult result) => new()
    {
        Generation = result.Applied.Generation,
        Added = (uint)result.Applied.Added,
        Changed = (uint)result.Applied.Changed,
        Removed = (uint)result.Applied.Removed,
        Unchanged = (uint)result.Applied.Unchanged,
        InstanceId = programmer.InstanceId,
    };
}
