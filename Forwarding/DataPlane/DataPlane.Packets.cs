namespace VRouter.Forwarding;

/// <summary>Packets that an embedding program or a controller brings or takes itself. For some thousands a second; more come through a port.</summary>
public sealed partial class DataPlane
{
    /// <summary>The largest packet that can be brought: the largest of IP in an Ethernet frame with a tag.</summary>
    public const int LargestPacket = 18 + 65535;

    /// <summary>Takes a packet in as if it had arrived at the vif; false when there is no room for it now.</summary>
    /// <exception cref="ArgumentException">There is no such vif, or the packet is empty or too large.</exception>
    public bool Inject(VifId vif, ReadOnlySpan<byte> packet) => Bring(vif, packet, arrives: true);

    /// <summary>Sends a packet out of the vif just as it is; false when there is no room for it now.</summary>
    /// <exception cref="ArgumentException">There is no such vif, or the packet is empty or too large.</exception>
    public bool Send(VifId vif, ReadOnlySpan<byte> packet) => Bring(vif, packet, arrives: false);

    /// <summary>
    /// Begins to set aside what tenants want of others than the vRouter: DHCP, group membership, routers and names. While nobody has begun,
    /// such packets are dropped as <see cref="DropReason.NotForUs"/>.
    /// </summary>
    public PacketTrap Trap()
    {
        var trap = new PacketTrap(this, _workers.Length);

        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _tables.Traps.Add(trap);
        }

        return trap;
    }

    internal void EndTrap(PacketTrap trap)
    {
        lock (_control)
        {
            _tables.Traps.Remove(trap);
        }
    }

    internal TrappedPacket Describe(byte[] packet, in TrapRecord record) => new(TimeOf(record.Time), record.Vif, record.Reason, packet, record.Lost);

    private bool Bring(VifId vif, ReadOnlySpan<byte> packet, bool arrives)
    {
        if (packet.Length is 0 or > LargestPacket)
        {
            throw new ArgumentException($"a packet of {packet.Length} bytes: it has 1 to {LargestPacket}", nameof(packet));
        }

        lock (_control)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ushort index = (ushort)RecordOf(vif).Index;

            if (!PacketBytes.TryLoad(Frames, packet, out Packet loaded))
            {
                return false;
            }

            // Whose flow it is of gets it from there.
            Worker worker = _workers[0];
            worker.Invoke(() => worker.Bring(loaded, index, arrives));
            return true;
        }
    }
}
