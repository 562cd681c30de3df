using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>One worker's flows: the table, its share of the limits, the fragments, and what is told of them.</summary>
internal sealed class WorkerFlows : IDisposable
{
    /// <summary>Flows that end by time in one round, while packets come and while none do. With more, packets would wait too long.</summary>
    private const int FewExpiries = 16, MostExpiries = 256;

    private readonly uint[] _due = new uint[MostExpiries];
    private readonly uint[] _listed = new uint[1024];
    private readonly FlowLease _lease;
    private readonly Affinities _affinities;
    private long _createdBefore;

    public WorkerFlows(FlowCredits credits, Affinities affinities, FlowOwners owners, int number, FlowTimeouts timeouts, long now)
    {
        _affinities = affinities;
        Owners = owners;
        Number = number;
        Table = new FlowTable(FlowOwners.MostPairs, owners.Seed(number), timeouts, now);
        _lease = new FlowLease(credits, owners.CreditBlock);
        Fragments = new FragmentTable(owners.Seed(number), owners.FragmentLimits, Books.MostVifs);
        HeldFragments = new HeldFragments(owners.FragmentLimits.Waiting);
    }

    /// <summary>Who has which flows.</summary>
    public FlowOwners Owners { get; }

    /// <summary>The worker.</summary>
    public int Number { get; }

    public FlowTable Table { get; }

    public FragmentTable Fragments { get; }

    /// <summary>The packets that wait for first fragments.</summary>
    public HeldFragments HeldFragments { get; }

    /// <summary>Where each other worker is told of flows that its packets may be of; its own place, and all of a single worker, are empty.</summary>
    public PointerRing?[] Pointers { get; set; } = [];

    /// <summary>Where the other workers tell it.</summary>
    public PointerRing?[] InboundPointers { get; set; } = [];

    /// <summary>Where starts and ends are told.</summary>
    public FlowLog Log { get; } = new();

    /// <summary>Flows set up so far, each direction counted.</summary>
    public long Created { get; private set; }

    /// <summary>Flows that have ended, each direction counted.</summary>
    public long Ended { get; private set; }

    /// <summary>Flow pairs decided anew because something that they depended on had changed.</summary>
    public long Redecided { get; set; }

    /// <summary>Sets a flow up; where there is no room, another one gives way if it may. 0: none may, for the reason given.</summary>
    public uint TryAdd(in FlowKey forward, in FlowKey reverse, FlowClass kind, ushort vif, long now, out DropReason reason)
    {
        FlowAdmission admission = _lease.TryTake(vif);

        // What is denied pushes nobody out.
        if (admission == FlowAdmission.TableFull && kind != FlowClass.Denied && TryEvict(now))
        {
            admission = _lease.TryTake(vif);
        }

        reason = admission switch
        {
            FlowAdmission.Granted => DropReason.None,
            FlowAdmission.VifFull => DropReason.FlowLimit,
            _ => DropReason.FlowTableFull,
        };

        return reason == DropReason.None ? Insert(forward, reverse, kind, vif, now, ref reason) : 0;
    }

    /// <summary>Ends a flow.</summary>
    public void Remove(uint entry, FlowEndReason reason, long now)
    {
        if (Table.State(entry).Class == FlowClass.None)
        {
            return;
        }

        if (Log.IsOn)
        {
            Log.Ended(Table, entry, reason, now);
        }

        if ((Table.Entry(entry).Traits & FlowTraits.Elsewhere) == 0)
        {
            _lease.Return(Table.Origin(entry).Vif);
            Ended += DirectionsOf(entry);
            LetGo(entry, now);
        }

        Table.Remove(entry);
    }

    /// <summary>Tells those who know of a flow, other workers and its client's affinity, that it is no more.</summary>
    private void LetGo(uint entry, long now)
    {
        ref FlowEntry forward = ref Table.Entry(FlowTable.Forward(entry));
        ref FlowEntry reverse = ref Table.Entry(FlowTable.Forward(entry) + 1);

        if (Pointers.Length > 0 && (forward.Traits & (FlowTraits.SourceTranslated | FlowTraits.DestinationTranslated)) != 0)
        {
            uint vifs = Table.Origin(entry).Dependencies[FlowDependency.Vifs];
            Unpoint(reverse.Key, (ushort)vifs, (ushort)(vifs >> 16));
        }

        if (new FlowFirst(Table.Origin(entry).Dependencies[FlowDependency.First]).IsAffine)
        {
            _affinities.End(forward.Key, now);
        }
    }

    /// <summary>Answers by the label of their receiver's vif instead of by VNI, or the other way round.</summary>
    public static FlowKey OtherPlace(in FlowKey answers, ushort sender) => answers.At(answers.Vif == 0 ? sender : (ushort)0, answers.Vrf);

    /// <summary>Tells the worker that packets of a key belong to that their flow is here. False: it cannot be told now.</summary>
    public bool TryPoint(in FlowKey key, bool isGone = false)
    {
        int owner = Owners.Of(key);
        return owner == Number || Pointers[owner]!.Put(new FlowPointer { Key = key, Worker = Number, IsGone = isGone });
    }

    /// <summary>Tells the worker that a flow's answers belong to that it is no longer here.</summary>
    public void Unpoint(in FlowKey answers, ushort sender, ushort receiver)
    {
        _ = TryPoint(answers, isGone: true);

        if (sender != 0 && receiver == 0)
        {
            _ = TryPoint(OtherPlace(answers, sender), isGone: true);
        }
    }

    /// <summary>Tells other workers what they had no room to hear before.</summary>
    public void TellWaiting()
    {
        foreach (PointerRing? pointers in Pointers)
        {
            pointers?.TryPutWaiting();
        }
    }

    /// <summary>Ends flows whose time has come: twice as many as were set up since it was last called, so that they keep pace, a few or, when idle, more.</summary>
    public void Expire(long now, bool isIdle)
    {
        int most = isIdle ? MostExpiries : (int)Math.Clamp(Created - _createdBefore, FewExpiries, MostExpiries);
        _createdBefore = Created;
        int count = Table.TakeDue(now, _due.AsSpan(0, most));

        foreach (uint entry in _due.AsSpan(0, count))
        {
            Remove(entry, Table.State(entry).Class == FlowClass.Closed ? FlowEndReason.Closed : FlowEndReason.TimedOut, now);
        }
    }

    /// <summary>Ends the flows of a vif among the next pairs from a cursor on, as <see cref="FlowTable.List"/> counts them.</summary>
    public void EndOf(ushort vif, ref uint cursor, long now)
    {
        int count = Table.List(ref cursor, _listed);

        foreach (uint entry in _listed.AsSpan(0, count))
        {
            uint vifs = Table.Origin(entry).Dependencies[FlowDependency.Vifs];

            if ((ushort)vifs == vif || vifs >> 16 == vif)
            {
                Remove(entry, FlowEndReason.InterfaceRemoved, now);
            }
        }

        // The next vif that has the index begins with all of its credits.
        if (cursor == 0)
        {
            _lease.ReturnUnused(vif);
        }
    }

    public void Dispose()
    {
        _lease.Dispose();
        Table.Dispose();
        Fragments.Dispose();
        HeldFragments.Dispose();
        Log.Dispose();
    }

    private bool TryEvict(long now)
    {
        uint victim = Table.FindVictim(now);

        if (victim == 0)
        {
            return false;
        }

        Remove(victim, FlowEndReason.Evicted, now);
        return true;
    }

    private uint Insert(in FlowKey forward, in FlowKey reverse, FlowClass kind, ushort vif, long now, ref DropReason reason)
    {
        uint entry = Table.Insert(forward, reverse, kind, now);

        // What comes back is another flow's already: this one has one direction.
        if (entry == 0 && Table.Find(reverse) != 0)
        {
            entry = Table.Insert(forward, forward, kind, now);
        }

        if (entry == 0)
        {
            _lease.Return(vif);
            reason = DropReason.FlowTableFull;
            return 0;
        }

        Table.Origin(entry).Vif = vif;
        Created += DirectionsOf(entry);
        return entry;
    }

    private int DirectionsOf(uint entry) => Table.Entry(entry).Key == Table.Entry(FlowTable.Peer(entry)).Key ? 1 : 2;
}
