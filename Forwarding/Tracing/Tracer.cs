using Microsoft.Extensions.ObjectPool;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// Walks one imagined packet after the other as a worker would: nothing changes and nothing is sent. To be run between two batches of that
/// worker, whose flows stand still meanwhile. It has tables of a worker's size, so it is pooled.
/// </summary>
internal sealed class Tracer : IResettable, IDisposable
{
    private readonly DataPlane _plane;
    private readonly FrameCache _frames;
    private readonly Books _books = new();
    private readonly DropLog _drops;
    private readonly StepTrace _trace = new();
    private readonly Walk<StepTrace> _walk;

    public Tracer(DataPlane plane, Tables tables, Worker worker, Faults faults)
    {
        var captures = new CapturePoint(plane);
        _plane = plane;
        _frames = new FrameCache(plane.Frames);
        _drops = new DropLog(_frames, _books, captures, faults, null);
        var outboxes = new Outboxes(_books, _drops, captures, faults, 1, worker.Outboxes);
        _walk = new Walk<StepTrace>(tables, worker.Flows, null, _frames, _books, outboxes, _drops, 1, _trace);
    }

    /// <summary>Those of one worker, of which one at a time is used.</summary>
    public static ObjectPool<Tracer> PoolOf(DataPlane plane, Tables tables, Worker worker, Faults faults) =>
        new DefaultObjectPoolProvider { MaximumRetained = 1 }.Create(new Policy(() => new Tracer(plane, tables, worker, faults)));

    /// <summary>Walks a packet that arrives at a vif, or one that another worker hands over.</summary>
    /// <param name="bytes">The packet.</param>
    /// <param name="ingress">The vif.</param>
    /// <param name="transport">What the other worker told of it; null = it arrives.</param>
    /// <param name="elsewhere">Where it goes on; null = this was all.</param>
    /// <returns>What would happen; null = there is no room for a packet of this size.</returns>
    public TraceResult? Run(ReadOnlySpan<byte> bytes, ushort ingress, Transport? transport, out Elsewhere? elsewhere)
    {
        elsewhere = null;

        if (!PacketBytes.TryLoad(_plane.Frames, bytes, out Packet packet))
        {
            return null;
        }

        _trace.Clear();
        _drops.Forget();
        _walk.Elsewhere = null;
        _walk.Begin(_plane.State, _plane.Milliseconds);

        if (transport is { } known)
        {
            _walk.RunHandedOver(ref packet, ingress, known);
        }
        else
        {
            _walk.Run(new Span<Packet>(ref packet), ingress);
        }

        _frames.Drain();
        elsewhere = _walk.Elsewhere;

        // What is dropped after the packet itself was made on its account.
        return new TraceResult([.. _trace.Steps], [.. _trace.Outputs], _drops.Read().FirstOrDefault().Reason);
    }

    /// <summary>Keeps nothing of the packet, and nothing of the state alive. Nobody reads the books.</summary>
    public bool TryReset()
    {
        _frames.Drain();
        _drops.Forget();
        _trace.Clear();
        _walk.Rest();
        return true;
    }

    public void Dispose()
    {
        _walk.Dispose();
        _books.Dispose();
    }

    private sealed class Policy(Func<Tracer> make) : PooledObjectPolicy<Tracer>
    {
        public override Tracer Create() => make();

        public override bool Return(Tracer obj) => obj.TryReset();
    }
}
