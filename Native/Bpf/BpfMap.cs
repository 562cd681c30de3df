using System.Runtime.CompilerServices;

namespace VRouter.Native;

/// <summary>A table that a BPF program reads and this process fills.</summary>
internal sealed unsafe class BpfMap : IDisposable
{
    /// <summary>What to do on a kernel without AF_XDP.</summary>
    internal const string NoAfXdp = "This kernel was built without CONFIG_XDP_SOCKETS: use another one, or a TAP port.";

    private readonly FileDescriptor _descriptor;
    private readonly uint _keySize, _valueSize;

    private BpfMap(string name, uint type, uint keySize, uint valueSize, int entries, uint flags = 0)
    {
        (Name, _keySize, _valueSize) = (name, keySize, valueSize);

        BpfCall.map_create attributes = new()
        {
            map_type = type,
            key_size = keySize,
            value_size = valueSize,
            max_entries = (uint)entries,
            map_flags = flags,
        };
        InterfaceName.Write(name, attributes.map_name);
        _descriptor = FileDescriptor.Own(BpfCall.Invoke(BpfCall.BPF_MAP_CREATE, ref attributes), $"bpf(BPF_MAP_CREATE, {name})", errno =>
            errno == Errno.EINVAL && type == BpfCall.BPF_MAP_TYPE_XSKMAP ? NoAfXdp : BpfCall.Advise(errno));
    }

    internal string Name { get; }

    internal int Descriptor => _descriptor.Number;

    /// <summary>AF_XDP sockets by queue; needs a kernel with CONFIG_XDP_SOCKETS.</summary>
    internal static BpfMap OfSockets(string name, int queues) => new(name, BpfCall.BPF_MAP_TYPE_XSKMAP, sizeof(uint), sizeof(uint), queues);

    /// <summary>A hash table; memory is taken as entries come.</summary>
    internal static BpfMap OfHash<TKey, TValue>(string name, int entries) where TKey : unmanaged where TValue : unmanaged =>
        new(name, BpfCall.BPF_MAP_TYPE_HASH, (uint)sizeof(TKey), (uint)sizeof(TValue), entries, BpfCall.BPF_F_NO_PREALLOC);

    internal void Set<TKey, TValue>(TKey key, TValue value) where TKey : unmanaged where TValue : unmanaged
    {
        Check<TKey>(_keySize);
        Check<TValue>(_valueSize);
        BpfCall.map_elem attributes = new() { map_fd = (uint)Descriptor, key = &key, value = &value };

        if (BpfCall.Invoke(BpfCall.BPF_MAP_UPDATE_ELEM, ref attributes) < 0)
        {
            throw SystemCallException.Last($"bpf(BPF_MAP_UPDATE_ELEM, {Name})");
        }
    }

    /// <summary>Removes an entry; false when there was none.</summary>
    internal bool Remove<TKey>(TKey key) where TKey : unmanaged
    {
        Check<TKey>(_keySize);
        BpfCall.map_elem attributes = new() { map_fd = (uint)Descriptor, key = &key };
        return BpfCall.Invoke(BpfCall.BPF_MAP_DELETE_ELEM, ref attributes) == 0;
    }

    public void Dispose() => _descriptor.Dispose();

    private static void Check<T>(uint size) where T : unmanaged => ArgumentOutOfRangeException.ThrowIfNotEqual((uint)Unsafe.SizeOf<T>(), size);
}
