using VRouter.Native;

namespace VRouter.Flow;

/// <summary>The packets that wait for first fragments, by datagram and by age.</summary>
internal sealed class WaitingFragments(FragmentLimits limits, int vifs) : IDisposable
{
    private readonly NativeArray<WaitingFragment> _items = new(limits.Waiting + 1);
    private readonly NativeArray<int> _ofVif = new(vifs);
    private uint _free;
    private uint _end = 1;
    private uint _newest;

    /// <summary>The one that came first of all; 0 = none.</summary>
    public uint Oldest { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public ref WaitingFragment this[uint waiting] => ref _items[(int)waiting];

    /// <summary>Whether one more of a vif may wait.</summary>
    public bool HasRoom(ushort vif) => _ofVif[vif] < limits.WaitingAVif && Count < limits.Waiting;

    /// <summary>Lets a packet wait behind those of its datagram.</summary>
    public void Add(uint number, ref Datagram datagram, uint packet, long now)
    {
        uint waiting = TakeFree();
        this[waiting] = new WaitingFragment { Since = now, Packet = packet, Datagram = number, Vif = datagram.Vif, Older = _newest };

        (datagram.FirstWaiting, uint last) = (datagram.FirstWaiting == 0 ? waiting : datagram.FirstWaiting, datagram.LastWaiting);
        datagram.LastWaiting = waiting;

        if (last != 0)
        {
            this[last].Next = waiting;
        }

        if (_newest != 0)
        {
            this[_newest].Newer = waiting;
        }
        else
        {
            Oldest = waiting;
        }

        _newest = waiting;
        _ofVif[datagram.Vif]++;
        Count++;
    }

    /// <summary>Takes the first packet of a datagram; 0 = none waits.</summary>
    public uint Take(ref Datagram datagram)
    {
        uint waiting = datagram.FirstWaiting;

        if (waiting == 0)
        {
            return 0;
        }

        ref WaitingFragment gone = ref this[waiting];
        uint packet = gone.Packet;
        datagram.FirstWaiting = gone.Next;
        datagram.LastWaiting = gone.Next == 0 ? 0 : datagram.LastWaiting;
        RemoveFromAges(in gone);
        _ofVif[gone.Vif]--;
        Count--;

        gone = new WaitingFragment { Next = _free };
        _free = waiting;
        return packet;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _items.Dispose();
        _ofVif.Dispose();
    }

    private uint TakeFree()
    {
        if (_free == 0)
        {
            return _end++;
        }

        uint waiting = _free;
        _free = this[waiting].Next;
        return waiting;
    }

    private void RemoveFromAges(in WaitingFragment gone)
    {
        if (gone.Older == 0)
        {
            Oldest = gone.Newer;
        }
        else
        {
            this[gone.Older].Newer = gone.Newer;
        }

        if (gone.Newer == 0)
        {
            _newest = gone.Older;
        }
        else
        {
            this[gone.Newer].Older = gone.Older;
        }
    }
}
