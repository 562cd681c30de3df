namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A download under way: slow until it is let go, every byte compared.</summary>
internal sealed class Download : IDisposable
{
    private const int Piece = 1 << 14;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    private readonly HttpResponseMessage _answer;
    private volatile bool _isLetGo;
    private long _received;

    public Download(HttpResponseMessage answer, long bytes)
    {
        _answer = answer;
        Server = WebAnswer.Of(answer).Server;
        IsWhole = ReceiveAsync(bytes);
    }

    /// <summary>Who sends it.</summary>
    public string Server { get; }

    public long Received => Interlocked.Read(ref _received);

    /// <summary>Whether everything came, when nothing more does.</summary>
    public Task<bool> IsWhole { get; }

    /// <summary>Goes on as fast as it can.</summary>
    public void LetGo() => _isLetGo = true;

    public void Dispose() => _answer.Dispose();

    private async Task<bool> ReceiveAsync(long bytes)
    {
        byte[] piece = new byte[Piece];
        using Stream body = await _answer.Content.ReadAsStreamAsync();

        try
        {
            for (int count; (count = await body.ReadAsync(piece)) > 0; Interlocked.Add(ref _received, count))
            {
                Content.AssertIs(piece.AsSpan(0, count), _received);
                await (_isLetGo ? Task.CompletedTask : Task.Delay(s_pause));
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or ObjectDisposedException)
        {
            // Reset, or ended before its end.
        }

        return _received == bytes;
    }
}
