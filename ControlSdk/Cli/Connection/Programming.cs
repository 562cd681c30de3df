using Grpc.Core;

namespace VRouter.ControlSdk.Cli;

/// <summary>Changes of the state, and the state.</summary>
internal static class Programming
{
    /// <summary>One transaction.</summary>
    /// <exception cref="CommandException">It is refused: every problem, because a stream of transactions names them all.</exception>
    public static async Task<V1.ApplyResponse> ApplyAsync(Session session, V1.ApplyRequest request)
    {
        using AsyncDuplexStreamingCall<V1.ApplyRequest, V1.ApplyResponse> call = session.Control.ApplyStream(session.Unary);
        await WriteAsync(call.RequestStream, request);
        await CompleteAsync(call.RequestStream);

        if (!await call.ResponseStream.MoveNext(session.Stop))
        {
            throw new CommandException(ExitCode.Failed, "the vRouter ended the call without an answer");
        }

        V1.ApplyResponse response = call.ResponseStream.Current;
        return response.Problems.Count == 0 ? response : throw Refused(response.Problems);
    }

    /// <summary>Makes a configuration the whole state.</summary>
    public static async Task<V1.SyncResponse> SyncAsync(Session session, V1.Config wanted)
    {
        using AsyncClientStreamingCall<V1.SyncRequest, V1.SyncResponse> call = session.Control.Sync(session.Stream);

        foreach (V1.Config piece in ConfigPieces.Of(wanted))
        {
            await WriteAsync(call.RequestStream, new V1.SyncRequest { State = piece });
        }

        await CompleteAsync(call.RequestStream);
        return await call;
    }

    /// <summary>The state in pieces.</summary>
    public static IAsyncEnumerable<V1.Config> ExportAsync(Session session, bool derived) =>
        session.Control.Export(new V1.ExportRequest { Derived = derived }, session.Stream).ResponseStream.ReadAllAsync(session.Stop);

    /// <summary>What became of a transaction: the sentence, or the response as JSON.</summary>
    public static void Print(Session session, V1.ApplyResponse response, string sentence)
    {
        if (session.IsJson)
        {
            session.Output.WriteJson(response);
        }
        else
        {
            session.Output.WriteLine($"{sentence} (generation {response.Generation})");
        }
    }

    private static CommandException Refused(IEnumerable<V1.Problem> problems) => new(ExitCode.Refused, [.. problems.Select(ContractText.Describe)]);

    // A call that has failed says so where its answer is read; what it makes of writes to it is no news.
    private static async Task WriteAsync<T>(IClientStreamWriter<T> requests, T request)
    {
        try
        {
            await requests.WriteAsync(request);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The answer tells.
        }
    }

    private static async Task CompleteAsync<T>(IClientStreamWriter<T> requests)
    {
        try
        {
            await requests.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The answer tells.
        }
    }
}
