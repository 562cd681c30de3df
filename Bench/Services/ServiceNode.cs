using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Services;

/// <summary>A data plane whose tenant sends packets of many flows, each written just before, out of the fabric.</summary>
internal sealed class ServiceNode : IDisposable
{
    private const int Batch = 64, Frames = 1024, FrameLength = 60;

    // A source that has had more than its share waits for its turn.
    private const int MostIdleRounds = 1000;

    private readonly DataPlane _dataPlane = new(new DataPlaneOptions { BatchSize = Batch, Frames = Frames, OpenPorts = false });
    private readonly MemoryPort _client;
    private readonly MemoryPort _fabric;
    private readonly Packet[] _packets = new Packet[Batch];

    public ServiceNode(Transaction site)
    {
        Apply(site);
        _client = Attach(Site.Client);
        _fabric = Attach(Site.Fabric);

        uint[] frames = new uint[Batch];
        _dataPlane.Frames.Take(frames);

        for (int i = 0; i < Batch; i++)
        {
            _packets[i].Frame = frames[i];
        }
    }

    /// <summary>Writes the Ethernet frame that a flow sends, into bytes of any content.</summary>
    public delegate void FrameOf(Span<byte> frame, int flow);

    /// <summary>Reads a frame that has left.</summary>
    public delegate void FrameThatLeft(ReadOnlySpan<byte> frame);

    /// <summary>The time that the thread has spent with packets, writing and reading them aside.</summary>
    public long Nanoseconds { get; private set; }

    /// <summary>Flow pairs that there are.</summary>
    public long Flows => _dataPlane.ReadCounters().Flows / 2;

    /// <summary>Applies a change.</summary>
    public void Apply(Transaction transaction)
    {
        ApplyResult result = _dataPlane.Apply(transaction);

        if (!result.IsApplied)
        {
            throw new BenchException($"refused: {string.Join("; ", result.Problems.Take(3))}");
        }
    }

    /// <summary>Sends a packet of each flow; all of them must leave.</summary>
    public void Send(int flows, FrameOf write, FrameThatLeft read)
    {
        for (int flow = 0; flow < flows; flow += Batch)
        {
            Span<Packet> batch = _packets.AsSpan(0, Math.Min(Batch, flows - flow));

            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = new Packet { Frame = batch[i].Frame, Start = FrameRegion.HeadRoom, HeadLength = FrameLength, Length = FrameLength };
                write(BytesOf(batch[i]), flow + i);
            }

            Forward(batch);

            foreach (ref readonly Packet packet in batch)
            {
                read(BytesOf(packet));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _dataPlane.Dispose();

    private void Forward(Span<Packet> batch)
    {
        long start = ThreadClock.Nanoseconds;
        _client.Deliver(batch);

        for (int left = 0, idle = 0; left < batch.Length; idle++)
        {
            _dataPlane.Step();
            int here = _fabric.Collect(batch[left..]);
            left += here;

            if (here == 0 && idle == MostIdleRounds)
            {
                throw new BenchException($"{batch.Length - left} packets did not leave (dropped: {string.Join(", ", _dataPlane.ReadCounters().Drops)})");
            }
        }

        Nanoseconds += ThreadClock.Nanoseconds - start;
    }

    private Span<byte> BytesOf(in Packet packet) => _dataPlane.Frames.Region.Bytes(packet.Frame, packet.Start, packet.HeadLength);

    private MemoryPort Attach(VifId vif)
    {
        var port = new MemoryPort(_dataPlane.Frames, ringSize: 2 * Batch);
        _dataPlane.Attach(vif, port);
        return port;
    }
}
