using System.Threading.Channels;
using Grpc.Core;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The answers of a stream of transactions: in their order, each when what it tells is settled. Meanwhile the next transactions are carried out, so
/// that many wait for the disk at a time.
/// </summary>
internal sealed class SettledAnswers
{
    private const int MostWaiting = 64;

    private readonly Channel<(V1.ApplyResponse Response, Task Settled)> _answers =
        Channel.CreateBounded<(V1.ApplyResponse, Task)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });

    private readonly Task _sending;

    /// <summary>Sends answers as they come.</summary>
    public SettledAnswers(IServerStreamWriter<V1.ApplyResponse> responses, CancellationToken stop) => _sending = SendAsync(responses, stop);

    /// <summary>Adds an answer; waits while too many wait to be sent.</summary>
    public async Task AddAsync(V1.ApplyResponse response, Task settled)
    {
        while (!_answers.Writer.TryWrite((response, settled)))
        {
            if (!await _answers.Writer.WaitToWriteAsync())
            {
                await _sending;
            }
        }
    }

    /// <summary>Completes when all answers are sent.</summary>
    public Task EndAsync()
    {
        _answers.Writer.TryComplete();
        return _sending;
    }

    private async Task SendAsync(IServerStreamWriter<V1.ApplyResponse> responses, CancellationToken stop)
    {
        try
        {
            await foreach ((V1.ApplyResponse response, Task settled) in _answers.Reader.ReadAllAsync(stop))
            {
                await settled;
                await responses.WriteAsync(response, stop);
            }
        }
        finally
        {
            _answers.Writer.TryComplete();
        }
    }
}
