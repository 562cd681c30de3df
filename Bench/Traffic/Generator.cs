using System.Numerics;
using System.Runtime.CompilerServices;
using VRouter.Bench.Pipelines;
using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Traffic;

/// <summary>
/// Source and sink of one worker: its frames, written once, go round in one shuffled order, so that beyond the caches a
/// header is cold when its packet arrives again. It touches a header only to restore it when it has just passed. What one worker
/// hands to another leaves there, and goes round there from then on.
/// </summary>
internal sealed class Generator
{
    private const int Seed = 4789;

    private readonly Scenario _scenario;
    private readonly IPipeline _pipeline;
    private readonly int _worker;
    private readonly FrameRegion _region;
    private readonly Restorer _restorer;
    private readonly uint[] _waiting;
    private readonly Packet[] _arriving;
    private readonly Packet[] _left;
    private readonly int _frames;
    private uint _taken;
    private uint _put;

    public Generator(Scenario scenario, Plan plan, IPipeline pipeline, int worker)
    {
        (_scenario, _pipeline, _worker, _region) = (scenario, pipeline, worker, pipeline.Frames.Region);

        var share = new Share(plan.Flows, plan.Workers, worker);
        int count = share.Frames * scenario.PacketsAFlow;
        PacketsOfAllFlows = share.PacketsOfAllFlows * scenario.PacketsAFlow;

        // All frames of all generators may gather here.
        _waiting = new uint[BitOperations.RoundUpToPowerOf2((uint)(count * plan.Workers))];
        _put = (uint)pipeline.Frames.Take(_waiting.AsSpan(0, count));
        _frames = (int)_put;

        int length = scenario.LengthOf(plan.Frame);
        var packet = new Packet { Start = FrameRegion.HeadRoom, HeadLength = (ushort)length, Length = (uint)length };
        _arriving = [.. Enumerable.Repeat(packet, plan.Batch)];
        _left = new Packet[plan.Batch];

        Write(share);
        _restorer = new Restorer(scenario, scenario.TurnsOf(plan.Flows), BytesOf(_waiting[0]), BytesOf(_waiting[scenario.PacketsAFlow - 1]));
    }

    /// <summary>Packets after which each flow has sent all that it sends.</summary>
    public int PacketsOfAllFlows { get; }

    /// <summary>Frames that are not on their way; all of them when no packet is.</summary>
    public int Waiting => (int)(_put - _taken);

    /// <summary>Whether as many packets have left here as arrived.</summary>
    public bool IsAtRest => Waiting == _frames;

    /// <summary>Lets a batch arrive.</summary>
    public void Deliver() => Deliver(_arriving.Length);

    /// <summary>Lets up to so many packets arrive; says how many did.</summary>
    public int Deliver(int count)
    {
        uint[] waiting = _waiting;
        Span<Packet> batch = _arriving.AsSpan(0, Math.Min(Math.Min(count, _arriving.Length), Waiting));

        for (int i = 0; i < batch.Length; i++)
        {
            batch[i].Frame = waiting[(_taken + (uint)i) & (uint)(waiting.Length - 1)];
        }

        int delivered = _pipeline.Ingress.Deliver(batch, _worker);
        _taken += (uint)delivered;
        return delivered;
    }

    /// <summary>Collects what has left, up to a batch; it must be restored next.</summary>
    public int Collect() => _pipeline.Egress.Collect(_left, _worker);

    /// <summary>Makes the packets that were collected ready to arrive again.</summary>
    public void Restore(int count)
    {
        uint[] waiting = _waiting;
        uint put = _put;

        foreach (ref readonly Packet packet in _left.AsSpan(0, count))
        {
            _restorer.Restore(ref Unsafe.Add(ref _region.Start(packet.Frame), FrameRegion.HeadRoom));
            waiting[put++ & (uint)(waiting.Length - 1)] = packet.Frame;
        }

        _put = put;
    }

    /// <summary>Whether the packets just collected are what the scenario makes of them.</summary>
    public bool HaveLeftRight(int count)
    {
        int inner = (int)_arriving[0].Length - _scenario.BytesInFront;
        return _left.AsSpan(0, count).ToArray().All(packet => packet.Length == inner + _scenario.BytesWritten
            && _scenario.IsRight(_region.Bytes(packet.Frame, packet.Start + _scenario.BytesWritten, inner)));
    }

    /// <summary>Whether all packets that wait are, byte for byte, what the scenario writes.</summary>
    public bool IsAsWritten()
    {
        byte[] written = new byte[_arriving[0].Length];
        HashSet<uint> seen = [];

        for (uint i = _taken; i != _put; i++)
        {
            uint frame = _waiting[i & (uint)(_waiting.Length - 1)];
            Span<byte> packet = BytesOf(frame);
            _scenario.Write(written, _scenario.NumberOf(packet));

            if (!seen.Add(frame) || !packet.SequenceEqual(written))
            {
                return false;
            }
        }

        return true;
    }

    // The packets of a flow stay together.
    private void Write(Share share)
    {
        int packets = _scenario.PacketsAFlow;
        int[] order = [.. Enumerable.Range(0, (int)_put / packets)];
        new Random(Seed).Shuffle(order);

        for (int i = 0; i < _put; i++)
        {
            _scenario.Write(BytesOf(_waiting[i]), share.FlowAt(order[i / packets]) * packets + i % packets);
        }
    }

    private Span<byte> BytesOf(uint frame) => _region.Bytes(frame, FrameRegion.HeadRoom, (int)_arriving[0].Length);
}
