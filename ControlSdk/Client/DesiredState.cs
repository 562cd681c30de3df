using System.Threading.Channels;
using Grpc.Core;

namespace VRouter.ControlSdk;

/// <summary>
/// Keeps a vRouter where it is wanted: give it the configuration, and run it. What is wanted is brought there by as little as will do; a
/// vRouter that was restarted, or that somebody else has changed, is brought there again.
/// </summary>
public sealed class DesiredState(VRouterClient client)
{
    /// <summary>More changed objects than this go as a whole state, which the vRouter compares itself.</summary>
    private const int MostInOneRequest = 10_000;

    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private V1.Config? _wanted;

    // What the vRouter is known to have; null = its state is to be compared as a whole.
    private V1.Config? _there;
    private string _instanceId = "";

    /// <summary>Told each time that the vRouter was brought where it is wanted, and each time that this failed.</summary>
    public event Action<DesiredStateReport>? Reported;

    /// <summary>Wants another configuration from now on, which must not be changed any more.</summary>
    /// <returns>
    /// Ends when the vRouter is there, or at one that was wanted later; fails with <see cref="RefusedException"/>; is cancelled with
    /// <see cref="RunAsync"/>.
    /// </returns>
    public Task SetAsync(V1.Config wanted)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        lock (_lock)
        {
            _wanted = wanted;
            _waiting.Add(reached);
        }

        _work.Writer.TryWrite(true);
        return reached.Task;
    }

    /// <summary>Keeps the vRouter there until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var drift = new DriftWatch(client.Control, () => _work.Writer.TryWrite(true));
        Task watching = drift.RunAsync(end.Token), working = WorkAsync(drift, end.Token);

        try
        {
            await Task.WhenAny(watching, working).Unwrap();
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(watching, working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Array.ForEach(Take().Waiting, reached => reached.TrySetCanceled(CancellationToken.None));
        }
    }

    private async Task WorkAsync(DriftWatch drift, CancellationToken stop)
    {
        var backoff = new Backoff();

        await foreach (bool _ in _work.Reader.ReadAllAsync(stop))
        {
            (V1.Config? wanted, TaskCompletionSource[] waiting) = Take();

            if (wanted is null)
            {
                continue;
            }

            try
            {
                await BringAsync(wanted, drift, stop);
                Array.ForEach(waiting, reached => reached.TrySetResult());
                backoff.Reset();
            }
            catch (RefusedException e)
            {
                // It would be refused again: only another wish, or another state, can help.
                Report(e);
                Array.ForEach(waiting, reached => reached.TrySetException(e));
            }
            catch (OperationCanceledException)
            {
                GiveBack(waiting);
                throw;
            }
            catch (RpcException e)
            {
                Report(e);
                GiveBack(waiting);
                await backoff.WaitAsync(stop);
                _work.Writer.TryWrite(true);
            }
        }
    }

    private async Task BringAsync(V1.Config wanted, DriftWatch drift, CancellationToken stop)
    {
        (bool hasDrifted, int starts) = drift.Begin();
        V1.ApplyRequest? difference = hasDrifted || _there is null ? null : ConfigDiff.Between(_there, wanted);
        _there = null;

        if (difference is null || SizeOf(difference) > MostInOneRequest || await TryApplyAsync(difference, stop) is not { } changes)
        {
            V1.SyncResponse response = await client.SyncAsync(wanted, stop);
            changes = response.Added + response.Changed + response.Removed;
            _instanceId = response.InstanceId;
        }

        _there = wanted;
        drift.End(_instanceId, changes, starts);
        Reported?.Invoke(new DesiredStateReport(_instanceId, changes, null));
    }

    /// <summary>Says how many objects were changed; null: the vRouter is not what it was thought to be.</summary>
    private async Task<long?> TryApplyAsync(V1.ApplyRequest difference, CancellationToken stop)
    {
        try
        {
            V1.ApplyResponse response = await client.ApplyAsync(difference, stop);

            // Restarted since, it has only the difference.
            return response.InstanceId == _instanceId ? response.Changed : null;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static int SizeOf(V1.ApplyRequest request) => ConfigPieces.ObjectsOf(request.Upsert).Count() + request.Delete.Count;

    private void Report(Exception failure) => Reported?.Invoke(new DesiredStateReport(_instanceId, 0, failure));

    private (V1.Config? Wanted, TaskCompletionSource[] Waiting) Take()
    {
        lock (_lock)
        {
            TaskCompletionSource[] waiting = [.. _waiting];
            _waiting.Clear();
            return (_wanted, waiting);
        }
    }

    private void GiveBack(TaskCompletionSource[] waiting)
    {
        lock (_lock)
        {
            _waiting.AddRange(waiting);
        }
    }
}
