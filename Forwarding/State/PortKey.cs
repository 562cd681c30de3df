namespace VRouter.Forwarding;

/// <summary>A port of a protocol, for one vif or, with index 0, for any.</summary>
internal readonly record struct PortKey(byte Protocol, ushort Port, ushort Vif = 0) : IComparable<PortKey>
{
    private ulong Order => (ulong)Protocol << 32 | (uint)Port << 16 | Vif;

    public int CompareTo(PortKey other) => Order.CompareTo(other.Order);
}
