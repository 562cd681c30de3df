using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;

namespace VRouter.ControlSdk;

/// <summary>
/// Turns a stream of single changes into large transactions: while one is under way, the next one gathers. Each change ends by itself: what
/// is refused is told to those who wanted it, and the rest of the transaction is carried out.
/// </summary>
public sealed class ChangeBatcher : IAsyncDisposable
{
    private readonly VRouterClient _client;
    private readonly int _mostChanges;
    private readonly Channel<Change> _changes;
    private readonly Task _sending;

    /// <summary>Begins.</summary>
    /// <param name="client">The vRouter.</param>
    /// <param name="mostChanges">Changes of one transaction; twice as many may wait, and whoever has more waits with them.</param>
    public ChangeBatcher(VRouterClient client, int mostChanges = 4096)
    {
        _client = client;
        _mostChanges = mostChanges;
        _changes = Channel.CreateBounded<Change>(new BoundedChannelOptions(2 * mostChanges) { SingleReader = true });
        _sending = SendAsync();
    }

    /// <summary>Puts an object: a route, an interface, and so on.</summary>
    /// <returns>Ends when it is there, with the generation; fails with <see cref="RefusedException"/>, or <see cref="RpcException"/>.</returns>
    public Task<ulong> PutAsync(IMessage item, CancellationToken stop = default) => AddAsync(
        new Change(ContractKey.Of(item) ?? throw new ArgumentException($"{item.Descriptor.Name} has no key", nameof(item)), item), stop);

    /// <summary>Deletes an object.</summary>
    /// <returns>Ends when it is gone, with the generation; fails with <see cref="RefusedException"/>, or <see cref="RpcException"/>.</returns>
    public Task<ulong> DeleteAsync(V1.ObjectKey key, CancellationToken stop = default) => AddAsync(new Change(key, null), stop);

    /// <summary>Carries out what has been asked for, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _sending;
    }

    private async Task<ulong> AddAsync(Change change, CancellationToken stop)
    {
        await _changes.Writer.WriteAsync(change, stop);
        return await change.Done.Task.WaitAsync(stop);
    }

    private async Task SendAsync()
    {
        var batch = new Dictionary<V1.ObjectKey, Change>();

        while (await _changes.Reader.WaitToReadAsync())
        {
            Gather(batch);
            await CarryOutAsync(batch);
        }
    }

    private void Gather(Dictionary<V1.ObjectKey, Change> batch)
    {
        while (batch.Count < _mostChanges && _changes.Reader.TryRead(out Change? change))
        {
            // The last word on an object counts; whoever had an earlier one hears what becomes of it.
            change.Earlier = batch.GetValueOrDefault(change.Key);
            batch[change.Key] = change;
        }
    }

    private async Task CarryOutAsync(Dictionary<V1.ObjectKey, Change> batch)
    {
        while (batch.Count > 0)
        {
            try
            {
                V1.ApplyResponse response = await _client.ApplyAsync(RequestOf(batch.Values));
                End(batch, change => change.Succeed(response.Generation));
            }
            catch (RefusedException refused)
            {
                TakeOut(batch, refused);
            }
            catch (RpcException e)
            {
                End(batch, change => change.Fail(e));
            }
        }
    }

    private static V1.ApplyRequest RequestOf(IEnumerable<Change> changes)
    {
        var request = new V1.ApplyRequest { Upsert = new V1.Config() };

        foreach (Change change in changes)
        {
            if (change.Item is null)
            {
                request.Delete.Add(change.Key);
            }
            else
            {
                ConfigPieces.Add(request.Upsert, change.Item);
            }
        }

        return request;
    }

    // What a problem names is taken out and the rest tried again; what nobody can be blamed for is everybody's.
    private static void TakeOut(Dictionary<V1.ObjectKey, Change> batch, RefusedException refused)
    {
        ILookup<V1.ObjectKey, V1.Problem> problems = refused.Problems.Where(problem => problem.Object is not null).ToLookup(problem => problem.Object);
        V1.ObjectKey[] named = [.. problems.Select(group => group.Key).Where(batch.ContainsKey)];

        foreach (V1.ObjectKey key in named)
        {
            batch.Remove(key, out Change? change);
            change!.Fail(new RefusedException([.. problems[key]], refused.InnerException as RpcException));
        }

        if (named.Length == 0)
        {
            End(batch, change => change.Fail(refused));
        }
    }

    private static void End(Dictionary<V1.ObjectKey, Change> batch, Action<Change> end)
    {
        foreach (Change change in batch.Values)
        {
            end(change);
        }

        batch.Clear();
    }
}
