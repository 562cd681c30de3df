using System.Diagnostics;

namespace VRouter.Bench.Control;

/// <summary>A packet that is sent until it comes out at a server for the first time.</summary>
internal sealed class Arrival(byte[] packet, int server)
{
    private readonly TaskCompletionSource<long> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The packet.</summary>
    public byte[] Packet => packet;

    /// <summary>When it came out there.</summary>
    public Task<long> Seen => _seen.Task;

    /// <summary>Notes where it has come out.</summary>
    public void Note(int at)
    {
        if (at == server && !_seen.Task.IsCompleted)
        {
            _seen.TrySetResult(Stopwatch.GetTimestamp());
        }
    }
}
