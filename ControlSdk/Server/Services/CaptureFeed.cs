using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// A capture on its way to one client. While the client is slower than the packets, they wait in the capture's own buffers, and those that
/// do not fit there are counted.
/// </summary>
internal sealed class CaptureFeed
{
    private const int Enough = 256 << 10;

    // Often enough to be live, too seldom to be noticed.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly ArrayBufferWriter<byte> _buffer = new(Enough);
    private readonly PcapngCapture _file;

    public CaptureFeed(PacketCapture capture) => _file = new PcapngCapture(capture, _buffer);

    /// <summary>Goes on until it is cancelled. The file's header goes at once, so that a reader knows what it reads.</summary>
    public async Task RunAsync(IServerStreamWriter<V1.CaptureChunk> responses, CancellationToken stop)
    {
        while (true)
        {
            while (_buffer.WrittenCount < Enough && _file.TryWrite())
            {
            }

            if (_buffer.WrittenCount == 0)
            {
                await Task.Delay(s_look, stop);
                continue;
            }

            // It is on its way, in the connection's own buffers, when the call returns.
            await responses.WriteAsync(new V1.CaptureChunk { Pcapng = UnsafeByteOperations.UnsafeWrap(_buffer.WrittenMemory) }, stop);
            _buffer.ResetWrittenCount();
        }
    }
}
