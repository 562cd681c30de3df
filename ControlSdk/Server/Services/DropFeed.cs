using Google.Protobuf;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>Drops as they happen, on their way to one client.</summary>
internal sealed class DropFeed(PacketCapture capture, V1.ListDropsRequest request, bool showsPackets) : IDisposable
{
    /// <summary>As much as is remembered of the drops that are listed.</summary>
    private const int SnapLength = 128;

    private const int BufferBytes = 1 << 20;
    private const int Together = 64;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private ulong _lost;

    /// <summary>The capture that it takes.</summary>
    public static CaptureOptions OptionsOf(V1.ListDropsRequest request) => new()
    {
        DropsOnly = true,
        SnapLength = SnapLength,
        BufferBytes = BufferBytes,
        Vifs = request.Interface == 0 ? [] : [new VifId(request.Interface)],
    };

    /// <summary>Goes on until it is cancelled, or has told of as many as were wanted.</summary>
    public async Task RunAsync(StreamWriter<V1.Drop> writer, CancellationToken stop)
    {
        List<V1.Drop> drops = [];
        long left = request.Limit == 0 ? long.MaxValue : request.Limit;

        while (left > 0)
        {
            Take(drops, (int)Math.Min(left, Together));
            left -= drops.Count;

            for (int i = 0; i < drops.Count; i++)
            {
                await writer.WriteAsync(drops[i], isLast: i == drops.Count - 1);
            }

            if (drops.Count == 0)
            {
                await Task.Delay(s_look, stop);
            }
        }
    }

    public void Dispose() => capture.Dispose();

    private void Take(List<V1.Drop> drops, int most)
    {
        drops.Clear();

        while (drops.Count < most && capture.TryRead(out SeenPacket packet))
        {
            _lost += packet.Lost;

            if (request.Reason.Length == 0 || packet.Reason.ToString() == request.Reason)
            {
                V1.Drop drop = DropTranslation.Write(packet);
                drop.Packet = showsPackets ? drop.Packet : ByteString.Empty;
                (drop.Lost, _lost) = (_lost, 0);
                drops.Add(drop);
            }
        }
    }
}
