namespace VRouter.Forwarding;

/// <summary>Values by port, immutable. Read when a flow is set up.</summary>
internal sealed class PortTable<T>
{
    public static readonly PortTable<T> Empty = new([]);

    private readonly PortKey[] _keys;
    private readonly T[] _values;

    public PortTable(Dictionary<PortKey, T> values)
    {
        _keys = [.. values.Keys.Order()];
        _values = [.. _keys.Select(key => values[key])];
    }

    public bool IsEmpty => _keys.Length == 0;

    public bool TryFind(PortKey key, out T value)
    {
        int at = _keys.AsSpan().BinarySearch(key);
        value = at >= 0 ? _values[at] : default!;
        return at >= 0;
    }
}
