using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// The MACs of the underlay's neighbours, and the packets that wait for one. Next hops hold entries by index and read the MAC with
/// no lock; everything else is rare and takes one. Bounded: entries that no next hop holds give way to new ones.
/// </summary>
/// <param name="mostHeldInAll">Packets that may wait for all neighbours together: a part of all frames.</param>
internal sealed class NeighbourTable(int mostHeldInAll) : IDisposable
{
    /// <summary>Packets that may wait for one neighbour (semantics, section 1).</summary>
    public const int MostHeld = 4;

    private const int Capacity = 1 << 14;
    private const int Window = 64;
    private const long RequestInterval = 1000;
    private const int MostRequests = 3;
    private const long ReachableTime = 30_000;

    // Entry 0 is never used: index 0 says "no neighbour".
    private readonly NativeArray<NeighbourEntry> _entries = new(Capacity + Window);
    private readonly NativeArray<Packet> _held = new((Capacity + Window) * MostHeld);
    private readonly HashSet<int> _used = [];
    private readonly Lock _lock = new();
    private int _heldInAll;

    /// <summary>The MAC of an entry; zero while it is not known.</summary>
    public MacAddress Mac(int index) => new(Volatile.Read(ref _entries[index].Mac));

    /// <summary>Whose entry it is.</summary>
    public IpAddress Address(int index) => new(_entries[index].High, _entries[index].Low, _entries[index].IsIpv6);

    /// <summary>Holds the entry of a neighbour for a next hop; 0 when there is no room, which <see cref="Find"/> then tries again.</summary>
    public int Acquire(ushort vif, IpAddress address)
    {
        lock (_lock)
        {
            int index = FindOrAdd(vif, address);

            if (index != 0)
            {
                _entries[index].Pins++;
            }

            return index;
        }
    }

    public void Release(int index)
    {
        if (index == 0)
        {
            return;
        }

        lock (_lock)
        {
            _entries[index].Pins--;
        }
    }

    /// <summary>The MAC of a neighbour that no next hop holds; zero while it is not known.</summary>
    public MacAddress Mac(ushort vif, IpAddress address)
    {
        lock (_lock)
        {
            return new MacAddress(_entries[FindExisting(vif, address)].Mac);
        }
    }

    /// <summary>The entry of a neighbour that no next hop holds, made if need be; 0 when there is no room.</summary>
    public int Find(ushort vif, IpAddress address)
    {
        lock (_lock)
        {
            return FindOrAdd(vif, address);
        }
    }

    /// <summary>Lets a packet wait until the neighbour answers.</summary>
    public HoldResult Hold(int index, in Packet packet, long now)
    {
        lock (_lock)
        {
            ref NeighbourEntry entry = ref _entries[index];

            if (entry.Mac != 0)
            {
                return HoldResult.Resolved;
            }

            bool holds = entry.Held < MostHeld && _heldInAll < mostHeldInAll;

            if (holds)
            {
                _held[index * MostHeld + entry.Held++] = packet;
                _heldInAll++;
            }

            if (entry.NextRequest != 0)
            {
                return holds ? HoldResult.Held : HoldResult.Refused;
            }

            entry.Requests = 1;
            entry.NextRequest = now + RequestInterval;
            return holds ? HoldResult.HeldFirst : HoldResult.RefusedFirst;
        }
    }

    /// <summary>Notes a neighbour's MAC and gives out the packets that waited for it; says how many.</summary>
    /// <param name="vif">The vif it is behind.</param>
    /// <param name="address">Its address.</param>
    /// <param name="mac">Its MAC.</param>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="add">Whether to note one that nobody has asked for.</param>
    /// <param name="released">Room for <see cref="MostHeld"/> packets.</param>
    public int Learn(ushort vif, IpAddress address, MacAddress mac, long now, bool add, Span<Packet> released)
    {
        lock (_lock)
        {
            int index = add ? FindOrAdd(vif, address) : FindExisting(vif, address);

            if (index == 0)
            {
                return 0;
            }

            ref NeighbourEntry entry = ref _entries[index];
            Volatile.Write(ref entry.Mac, mac.Value);
            entry.Confirmed = now;
            entry.Requests = 0;
            entry.NextRequest = now + ReachableTime;
            return TakeHeld(index, released);
        }
    }

    /// <summary>Gives out the packets that wait for a neighbour which was given up.</summary>
    public int Abandon(int index, Span<Packet> released)
    {
        lock (_lock)
        {
            return TakeHeld(index, released);
        }
    }

    /// <summary>Gives out up to <paramref name="released"/> packets that came in on a vif which goes, or on any (0); says how many.</summary>
    public int Withdraw(ushort ingress, Span<Packet> released)
    {
        int count = 0;

        lock (_lock)
        {
            foreach (int index in _used)
            {
                ref NeighbourEntry entry = ref _entries[index];
                Span<Packet> held = _held.Slice(index * MostHeld, MostHeld);

                for (int i = entry.Held - 1; i >= 0 && count < released.Length; i--)
                {
                    if (ingress == 0 || held[i].Ingress == ingress)
                    {
                        released[count++] = held[i];
                        held[(i + 1)..].CopyTo(held[i..]);
                        entry.Held--;
                        _heldInAll--;
                    }
                }
            }
        }

        return count;
    }

    /// <summary>Forgets all neighbours behind a vif that is gone. What waits for them is given up when its time has come.</summary>
    public void Forget(ushort vif)
    {
        lock (_lock)
        {
            foreach (int index in _used)
            {
                ref NeighbourEntry entry = ref _entries[index];

                if (entry.Vif == vif && entry.InUse)
                {
                    Volatile.Write(ref entry.Mac, 0);
                    entry.NextRequest = entry.Held > 0 ? entry.NextRequest : 0;
                }
            }
        }
    }

    /// <summary>What the clock asks for now; call again while it fills <paramref name="due"/>.</summary>
    public int Tick(long now, Span<NeighbourDue> due)
    {
        int count = 0;

        lock (_lock)
        {
            foreach (int index in _used)
            {
                ref NeighbourEntry entry = ref _entries[index];

                if (entry.NextRequest == 0 || now < entry.NextRequest)
                {
                    continue;
                }

                // Nobody waits for it, and no next hop needs it: who wants it asks again.
                if (entry is { Mac: 0, Held: 0, Pins: 0 })
                {
                    entry.NextRequest = 0;
                    continue;
                }

                if (count == due.Length)
                {
                    break;
                }

                due[count++] = Ask(index, ref entry, now);
            }
        }

        return count;
    }

    /// <summary>Those that are known, and those that next hops hold.</summary>
    public List<(ushort Vif, IpAddress Address, MacAddress Mac)> Read()
    {
        List<(ushort, IpAddress, MacAddress)> all = [];

        lock (_lock)
        {
            foreach (int index in _used)
            {
                ref NeighbourEntry entry = ref _entries[index];

                if (entry.InUse && (entry.Mac != 0 || entry.Pins > 0))
                {
                    all.Add((entry.Vif, Address(index), new MacAddress(entry.Mac)));
                }
            }
        }

        return all;
    }

    public void Dispose()
    {
        _entries.Dispose();
        _held.Dispose();
    }

    private static NeighbourDue Ask(int index, ref NeighbourEntry entry, long now)
    {
        bool givenUp = entry.Requests >= MostRequests;

        if (givenUp)
        {
            Volatile.Write(ref entry.Mac, 0);
            entry.NextRequest = 0;
            entry.Requests = 0;
        }
        else
        {
            entry.Requests++;
            entry.NextRequest = now + RequestInterval;
        }

        return new NeighbourDue(index, entry.Vif, new IpAddress(entry.High, entry.Low, entry.IsIpv6), new MacAddress(entry.Mac), givenUp);
    }

    private int TakeHeld(int index, Span<Packet> released)
    {
        ref NeighbourEntry entry = ref _entries[index];
        int count = entry.Held;
        _held.Slice(index * MostHeld, count).CopyTo(released);
        entry.Held = 0;
        _heldInAll -= count;
        return count;
    }

    private int FindExisting(ushort vif, IpAddress address)
    {
        int start = Home(vif, address);

        for (int index = start; index < start + Window; index++)
        {
            ref NeighbourEntry entry = ref _entries[index];

            if (entry.InUse && entry.Vif == vif && new IpAddress(entry.High, entry.Low, entry.IsIpv6) == address)
            {
                return index;
            }
        }

        return 0;
    }

    private int FindOrAdd(ushort vif, IpAddress address)
    {
        int index = FindExisting(vif, address);
        return index != 0 ? index : Add(vif, address);
    }

    private int Add(ushort vif, IpAddress address)
    {
        int start = Home(vif, address);
        int chosen = 0;

        for (int index = start; index < start + Window; index++)
        {
            ref NeighbourEntry entry = ref _entries[index];

            if (!entry.InUse)
            {
                chosen = index;
                break;
            }

            // One that no next hop holds, that nothing waits for, and that was confirmed longest ago.
            if (entry is { Pins: 0, Held: 0 } && (chosen == 0 || entry.Confirmed < _entries[chosen].Confirmed))
            {
                chosen = index;
            }
        }

        if (chosen != 0)
        {
            _entries[chosen] = new NeighbourEntry { High = address.High, Low = address.Low, IsIpv6 = address.IsIpv6, Vif = vif, InUse = true };
            _used.Add(chosen);
        }

        return chosen;
    }

    // The same in every run, so that replays are alike.
    private static int Home(ushort vif, IpAddress address)
    {
        ulong mixed = (address.High + vif) * 0x9E37_79B9_7F4A_7C15 ^ address.Low * 0xC2B2_AE3D_27D4_EB4F;
        return 1 + (int)((mixed >> 32) % (Capacity - 1));
    }
}
