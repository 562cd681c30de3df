using System.Numerics;
using System.Runtime.CompilerServices;
using VRouter.Bench.Pipelines;
using VRouter.Bench.Scenarios;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Bench.Traffic;

/// <summary>
/// Source and sink of one worker: its frames, written once, go round in one shuffled order, so that beyond the caches a
/// header is cold when its packet arrives again. It touches a header only to restore it when it has just passed.
/// </summary>
internal sealed class Generator
{
    /// <summary>Frames of one generator, at least and at most.</summary>
    public const int FewestFrames = 4096, MostFrames = 65536;

    private const int Seed = 4789;

    private readonly IPipeline _pipeline;
    private readonly int _worker;
    private readonly FrameRegion _region;
    private readonly Restorer _restorer;
    private readonly uint[] _waiting;
    private readonly Packet[] _arriving;
    private readonly Packet[] _left;
    private readonly int _flows;
    private uint _taken;
    private uint _put;

    public Generator(Scenario scenario, Plan plan, IPipeline pipeline, int worker)
    {
        (_pipeline, _worker, _region, _flows) = (pipeline, worker, pipeline.Frames.Region, plan.Flows);

        int count = FramesFor(plan.Flows);
        _waiting = new uint[BitOperations.RoundUpToPowerOf2((uint)count)];
        _put = (uint)pipeline.Frames.Take(_waiting.AsSpan(0, count));
        new Random(Seed).Shuffle(_waiting.AsSpan(0, (int)_put));

        int length = scenario.LengthOf(plan.Frame);
        var packet = new Packet { Start = FrameRegion.HeadRoom, HeadLength = (ushort)length, Length = (uint)length };
        _arriving = [.. Enumerable.Repeat(packet, plan.Batch)];
        _left = new Packet[plan.Batch];

        for (int i = 0; i < _put; i++)
        {
            scenario.Write(_region.Bytes(_waiting[i], packet.Start, length), FlowOf(_waiting[i]));
        }

        _restorer = new Restorer(scenario, _region.Bytes(_waiting[0], packet.Start, length));
    }

    /// <summary>The frames that a generator of so many flows holds.</summary>
    public static int FramesFor(int flows) => Math.Clamp(flows, FewestFrames, MostFrames);

    /// <summary>Frames that are not on their way; all of them when no packet is.</summary>
    public int Waiting => (int)(_put - _taken);

    /// <summary>A batch arrives, walks and is collected; says how many packets came out.</summary>
    public int Round()
    {
        Deliver(_arriving.Length);
        _pipeline.Step(_worker);
        int left = Collect();
        Restore(left);
        return left;
    }

    /// <summary>Lets up to so many packets arrive.</summary>
    public void Deliver(int count)
    {
        uint[] waiting = _waiting;
        Span<Packet> batch = _arriving.AsSpan(0, Math.Min(count, Waiting));

        for (int i = 0; i < batch.Length; i++)
        {
            batch[i].Frame = waiting[(_taken + (uint)i) & (uint)(waiting.Length - 1)];
        }

        _taken += (uint)_pipeline.Ingress.Deliver(batch, _worker);
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

    /// <summary>Whether the packets just collected begin with the headers that the scenario makes of them.</summary>
    public bool LeftAs(Scenario scenario, int count)
    {
        int length = (int)_arriving[0].Length - scenario.BytesInFront + scenario.BytesWritten;
        return _left.AsSpan(0, count).ToArray().All(packet => packet.Length == length);
    }

    /// <summary>Whether all packets that wait are, byte for byte, what they were at first.</summary>
    public bool IsAsWritten(Scenario scenario)
    {
        byte[] written = new byte[_arriving[0].Length];
        HashSet<uint> seen = [];

        for (uint i = _taken; i != _put; i++)
        {
            uint frame = _waiting[i & (uint)(_waiting.Length - 1)];
            scenario.Write(written, FlowOf(frame));

            if (!seen.Add(frame) || !_region.Bytes(frame, FrameRegion.HeadRoom, written.Length).SequenceEqual(written))
            {
                return false;
            }
        }

        return true;
    }

    private int FlowOf(uint frame) => (int)(frame % (uint)_flows);
}
