using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.ControlSdk.Server;

/// <summary>Carries requests out on a data plane, one after another, and keeps the audit: a line a change.</summary>
internal sealed class Programmer(DataPlane dataPlane, ILogger<ControlServer> log, StateDirectory? state = null) : IDisposable
{
    private const string Sync = "Sync";
    private const int InstanceIdLength = 16;

    private readonly ObjectPool<TransactionDraft> _drafts = new DefaultObjectPoolProvider().Create<TransactionDraft>();
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Of this start of the vRouter: a client that sees another one has to sync again.</summary>
    public string InstanceId { get; } = RandomNumberGenerator.GetHexString(InstanceIdLength, lowercase: true);

    public DataPlane DataPlane => dataPlane;

    /// <summary>All of the request or, with every problem named, none of it.</summary>
    /// <param name="request">What to change.</param>
    /// <param name="who">Who wants it.</param>
    /// <param name="stop">Gives up waiting for its turn; what has begun is finished.</param>
    public async Task<ProgramResult> ApplyAsync(V1.ApplyRequest request, string who, CancellationToken stop)
    {
        TransactionDraft draft = _drafts.Get();

        try
        {
            draft.Add(request);
            return await CarryOutAsync(draft, request.ValidateOnly ? null : "Apply", who, () => draft.Apply(dataPlane, request.ValidateOnly), stop);
        }
        finally
        {
            _drafts.Return(draft);
        }
    }

    /// <summary>An empty draft for the pieces of a configuration; to be given back.</summary>
    public TransactionDraft Begin() => _drafts.Get();

    /// <summary>Makes a draft the whole state; what is equal is not touched.</summary>
    public Task<ProgramResult> SyncAsync(TransactionDraft draft, string who, CancellationToken stop) =>
        CarryOutAsync(draft, Sync, who, () => draft.Sync(dataPlane, validateOnly: false), stop);

    /// <summary>What would become of it if a draft were made the whole state, and of which objects; nothing changes.</summary>
    public async Task<(ProgramResult Result, ObjectChanges? Changes)> PreviewSyncAsync(TransactionDraft draft, string who, CancellationToken stop)
    {
        ObjectChanges? changes = null;

        ProgramResult result = await CarryOutAsync(draft, null, who, () =>
        {
            ProgramResult preview = draft.Sync(dataPlane, validateOnly: true);
            changes = preview.IsApplied ? draft.PreviewSync(dataPlane) : null;
            return preview;
        }, stop);

        return (result, changes);
    }

    /// <summary>Ends flows, and says how many directions of them.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="words">The same for the audit.</param>
    /// <param name="who">Who wants it.</param>
    public long DeleteFlows(FlowFilter filter, string words, string who)
    {
        long deleted = dataPlane.DeleteFlows(filter);
        log.FlowsDeleted(who, deleted, words);
        return deleted;
    }

    /// <summary>Completes when what has taken effect up to now is on disk, where the state is kept: no answer may go before.</summary>
    /// <exception cref="RpcException">The disk failed.</exception>
    public async Task SettleAsync()
    {
        try
        {
            await (state?.FlushAsync() ?? Task.CompletedTask);
        }
        catch (StateException e)
        {
            throw new RpcException(new Status(StatusCode.DataLoss, $"it has taken effect, but may not outlive the process: {e.Message}"));
        }
    }

    /// <summary>Takes a draft back.</summary>
    public void End(TransactionDraft draft) => _drafts.Return(draft);

    /// <summary>The answer to a request.</summary>
    public V1.ApplyResponse ResponseOf(ProgramResult result) => new()
    {
        Generation = result.Applied.Generation,
        Changed = (uint)(result.Applied.Added + result.Applied.Changed + result.Applied.Removed),
        Problems = { result.Problems },
        InstanceId = InstanceId,
    };

    /// <summary>Notes in the audit that somebody has brought packets.</summary>
    public void NotePackets(string who, long count)
    {
        if (count > 0)
        {
            log.PacketsBrought(who, count);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // A question is no line of the audit: it has no name there.
    private async Task<ProgramResult> CarryOutAsync(TransactionDraft draft, string? call, string who, Func<ProgramResult> carryOut, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);

        try
        {
            ProgramResult result = carryOut();
            Note(draft, call, who, result);
            return result;
        }
        catch (Exception e) when ((e as SystemCallException ?? e.InnerException as SystemCallException) is { } failure)
        {
            ProgramResult result = draft.FailedBy(failure, dataPlane.Generation);
            Note(draft, call, who, result);
            return result;
        }
        catch (StateException e)
        {
            ProgramResult result = TransactionDraft.NotKept(e, dataPlane.Generation);
            Note(draft, call, who, result);
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Note(TransactionDraft draft, string? call, string who, ProgramResult result)
    {
        if (call is null)
        {
            return;
        }

        (_, int added, int changed, int removed, _, _) = result.Applied;

        if (!result.IsApplied)
        {
            log.Refused(who, call, result.Problems.Count, result.Messages.First());
        }
        else if (added + changed + removed > 0 && log.IsEnabled(LogLevel.Information))
        {
            // A whole state mentions what it leaves alone.
            string objects = call == Sync ? $"a state of {draft.Count} objects" : draft.Describe();
            log.Changed(who, call, result.Applied.Generation, added, changed, removed, objects);
        }
    }
}
