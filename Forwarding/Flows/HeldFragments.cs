using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>The packets that wait for first fragments, by number; 0 is none.</summary>
internal sealed class HeldFragments : IDisposable
{
    private readonly NativeArray<Packet> _packets;

    // Free numbers are a list through the packets' frames.
    private uint _free;
    private uint _end = 1;

    public HeldFragments(int capacity) => _packets = new NativeArray<Packet>(capacity + 1);

    /// <summary>The number that the next packet gets; 0 = there is no room.</summary>
    public uint Next => _free != 0 ? _free : _end < (uint)_packets.Length ? _end : 0;

    /// <summary>Keeps a packet under <see cref="Next"/>.</summary>
    public void Put(in Packet packet)
    {
        uint number = Next;

        if (number == _free)
        {
            _free = _packets[(int)number].Frame;
        }
        else
        {
            _end++;
        }

        _packets[(int)number] = packet;
    }

    /// <summary>Takes a packet back.</summary>
    public Packet Take(uint number)
    {
        Packet packet = _packets[(int)number];
        _packets[(int)number].Frame = _free;
        _free = number;
        return packet;
    }

    public void Dispose() => _packets.Dispose();
}
