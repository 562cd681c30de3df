using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// The path of a packet, stage by stage over a batch. One worker's, or, with a <typeparamref name="TTrace"/> that is on,
/// that of one imagined packet, with no effect.
/// </summary>
internal sealed partial class Walk<TTrace> : IDisposable where TTrace : struct, ITrace
{
    /// <summary>How far ahead of its use a packet's header is asked for.</summary>
    private const int PrefetchDistance = 6;

    private readonly Tables _tables;
    private readonly RouteStore _routes;
    private readonly RuleNames _rules;
    private readonly NeighbourTable _neighbours;
    private readonly LinkStates _links;
    private readonly NativeArray<byte> _up;
    private readonly NativeArray<NextHopState> _nextHops;
    private readonly FrameRegion _region;
    private readonly FrameCache _frames;
    private readonly Books _books;
    private readonly Outboxes _outboxes;
    private readonly DropLog _drops;
    private readonly Packet[] _made;
    private readonly Packet[] _released = new Packet[NeighbourTable.MostHeld];
    private readonly RouteHints _hints = new();
    private readonly MissedRoutes _missed;
    private readonly TTrace _trace;

    private ForwardingState _state;
    private ulong _virtualMac;
    private uint _nextHopsGeneration;

    // Whether any packet of the batch came the long way.
    private bool _cameTheLongWay;
    private long _now;
    private int _madeCount;

    // What is ready has gone to its port, or is on its way there.
    private bool _isSending;
    private ushort _outerId;

    public Walk(Tables tables, WorkerFlows flows, Handovers? handovers, FrameCache frames, Books books, Outboxes outboxes, DropLog drops, int batchSize, TTrace trace)
    {
        _flows = flows;
        _table = flows.Table;
        _isShared = flows.Owners.Workers > 1;
        _handovers = handovers;
        _routeGenerations = tables.RouteGenerations;
        _affinities = tables.Affinities;
        _slots = GC.AllocateArray<FlowSlot>(batchSize, pinned: true);
        _arrived = new FragmentResult[batchSize];
        _tables = tables;
        _routes = tables.Routes;
        _rules = tables.Policies.Names;
        _neighbours = tables.Neighbours;
        _links = tables.Links;
        _up = tables.Links.Up;
        _nextHops = tables.Editor.Slots.Slots;
        _region = frames.Region;
        _frames = frames;
        _books = books;
        _outboxes = outboxes;
        _drops = drops;
        _made = new Packet[batchSize];
        _missed = new MissedRoutes(Math.Max(batchSize, NeighbourTable.MostHeld));
        _resumed = new Packet[(batchSize + 1) * NeighbourTable.MostHeld];
        _trace = trace;
        _state = tables.Editor.State;
    }

    public void Dispose() => _hints.Dispose();

    /// <summary>Sets what the next batches are decided by: the state and the time in milliseconds.</summary>
    public void Begin(ForwardingState state, long now)
    {
        _state = state;
        _now = now;
        _drops.Now = now;
        _outboxes.State = state;
        _virtualMac = state.Settings.VirtualMac.Value;
        _nextHopsGeneration = state.NextHopsGeneration;
        _generation = (uint)state.Generation;
        _lastVrf = -1;
        _outdated = 0;
    }

    /// <summary>Lets go of the state, until the next <see cref="Begin"/>.</summary>
    public void Rest()
    {
        _state = null!;
        _outboxes.State = null;
        Elsewhere = null;
    }

    /// <summary>Walks what was received at one vif.</summary>
    public void Run(Span<Packet> batch, ushort ingress)
    {
        ref VifBook book = ref _books[ingress];
        _isSending = false;
        book.RxPackets += batch.Length;

        long bytes = 0;

        foreach (ref Packet packet in batch)
        {
            packet.Ingress = ingress;
            bytes += packet.Length;
        }

        book.RxBytes += bytes;

        Walkthrough(batch, ingress);
        ResumeAll();
    }

    private void Walkthrough(Span<Packet> batch, ushort ingress)
    {
        VifState? vif = _state.Vifs[ingress];
        _cameTheLongWay = false;
        _missed.Clear();

        if (vif is null)
        {
            DropAll(batch, DropReason.InterfaceDown);
        }
        else if (vif.Kind == VifKind.Tenant)
        {
            Admit(batch, vif);
        }
        else if (vif.Kind == VifKind.Fabric)
        {
            Decapsulate(batch, vif);
        }
        else
        {
            _cameTheLongWay = true;
            AdmitHost(batch, vif);
        }

        if (_cameTheLongWay)
        {
            KeyOthers(batch);
        }

        TakePointers();
        MatchFlows(batch);

        Forward(batch);
        WalkMade();
    }

    /// <summary>From the VRF on, all packets go the same way, wherever they came from.</summary>
    private void Forward(Span<Packet> batch)
    {
        if (_cameTheLongWay)
        {
            FindRoutes(batch);
        }

        if (!Leave(batch))
        {
            Finish(batch);
        }

        _outboxes.Flush();
    }

    // What the walk itself has made on the way (errors towards the fabric) walks too, once: nothing is made about what was made.
    private void WalkMade()
    {
        if (_madeCount > 0)
        {
            Span<Packet> made = _made.AsSpan(0, _madeCount);
            _madeCount = 0;
            ForwardMade(made);
        }
    }

    /// <summary>What was made here is of no flow.</summary>
    private void ForwardMade(Span<Packet> made)
    {
        ClearSlots(made.Length);
        _cameTheLongWay = true;
        Forward(made);
    }

    private void ClearSlots(int count)
    {
        foreach (ref FlowSlot slot in _slots.AsSpan(0, count))
        {
            slot.Stage = FlowStage.None;
        }
    }

    /// <summary>After a failure in the middle of a batch: ends whatever has not ended, so that the books balance and no frame is lost.</summary>
    public void Abandon(Span<Packet> batch)
    {
        Abandoned(batch);
        Abandoned(_made.AsSpan(0, _madeCount));
        Abandoned(_resumed.AsSpan(0, _resumedCount));
        _madeCount = _resumedCount = _arrivedCount = 0;
        (_portsAreKnown, _isCounted, _isHandedOver) = (false, false, false);
        _outboxes.Flush();
    }

    private void Abandoned(Span<Packet> packets)
    {
        foreach (ref Packet packet in packets)
        {
            if (packet.Fate is Fate.Sent or Fate.Consumed or Fate.Held or Fate.Ended || (packet.Fate == Fate.Ready && _isSending))
            {
                continue;
            }

            if (packet.Fate != Fate.Dropped)
            {
                Drop(ref packet, DropReason.InternalError, ObjectKind.None, 0);
            }

            Note(ref packet);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Note(ref Packet packet)
    {
        ObjectKey key = KeyOf(packet);
        RuleNumber rule = packet.ObjectKind == ObjectKind.SecurityGroup ? new RuleNumber(packet.ObjectId) : RuleNumber.None;

        if (TTrace.IsOn)
        {
            _trace.Step("drop", packet.Reason.ToString(), key, _rules.Find(rule)?.Rule ?? "");
        }

        _drops.End(ref packet, key, rule);
    }

    private ObjectKey KeyOf(in Packet packet) => packet.ObjectKind switch
    {
        ObjectKind.Route => KeyOf(_routes.Key(new RouteId(packet.ObjectId))),
        ObjectKind.FloatingIp when _state.FloatingIpsByIndex[(int)packet.ObjectId] is { } floating =>
            new ObjectKey(ObjectKind.FloatingIp, floating.VrfId.Value, IpPrefix.Host(floating.Address)),
        ObjectKind.SecurityGroup => _rules.Find(new RuleNumber(packet.ObjectId)) is { } name ? ObjectKey.Of(name.Group) : default,
        _ => new ObjectKey(packet.ObjectKind, packet.ObjectId),
    };

    private ObjectKey KeyOf(in RouteKey route) => ObjectKey.Of(_state.Vrfs[route.Vrf]?.Id ?? default, route.Prefix);

    private static void DropAll(Span<Packet> batch, DropReason reason)
    {
        foreach (ref Packet packet in batch)
        {
            Drop(ref packet, reason, ObjectKind.None, 0);
        }
    }

    /// <summary>
    /// Ends a packet. The object is what decided; a route's number is its <see cref="RouteId"/>, a security group's the
    /// <see cref="RuleNumber"/> of its rule.
    /// </summary>
    private static void Drop(ref Packet packet, DropReason reason, ObjectKind kind, uint id)
    {
        packet.Fate = Fate.Dropped;
        packet.Reason = reason;
        packet.ObjectKind = kind;
        packet.ObjectId = id;
    }

    private static void Drop(ref Packet packet, DropReason reason, VifState vif) =>
        Drop(ref packet, reason, ObjectKind.Vif, vif.Vif.Id.Value);

    /// <summary>Ends a packet that was answered or taken; its frames are free unless the answer lies in them.</summary>
    private void Consume(ref Packet packet, bool keepsFrames = false)
    {
        packet.Fate = Fate.Consumed;
        _books[packet.Ingress].Consumed++;

        if (!keepsFrames)
        {
            _frames.ReturnChain(packet.Frame);
        }
    }

    /// <summary>A header at an offset from the packet's frame, which the caller has checked to lie in the head.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref THeader At<THeader>(in Packet packet, int offset) where THeader : unmanaged =>
        ref Headers.At<THeader>(ref _region.At(packet.Frame, offset), 0);

    /// <summary>The head frame's bytes from an offset on.</summary>
    private Span<byte> HeadFrom(in Packet packet, int offset) =>
        _region.Bytes(packet.Frame, offset, packet.Start + packet.HeadLength - offset);

    /// <summary>The addresses of an IP packet.</summary>
    private IpAddress SourceOf(in Packet packet) => (packet.Flags & PacketFlags.Ipv6) != 0
        ? At<Ipv6Header>(packet, packet.L3).Source
        : IpAddress.FromIpv4(At<Ipv4Header>(packet, packet.L3).Source);

    private IpAddress DestinationOf(in Packet packet) => (packet.Flags & PacketFlags.Ipv6) != 0
        ? At<Ipv6Header>(packet, packet.L3).Destination
        : IpAddress.FromIpv4(At<Ipv4Header>(packet, packet.L3).Destination);
}
