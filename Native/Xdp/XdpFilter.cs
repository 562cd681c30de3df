using System.Net;

namespace VRouter.Native;

/// <summary>
/// Which packets are taken from the kernel, by destination, protocol and port; the rest, and every fragment, stays with it. Changes
/// hold from the next packet on. For the control side.
/// </summary>
public sealed class XdpFilter : IDisposable
{
    private const int Entries = 1 << 20;

    internal XdpFilter() => Map = BpfMap.OfHash<XdpFilterKey, uint>("vrouter_taken", Entries);

    internal BpfMap Map { get; }

    /// <summary>
    /// Takes packets to an address and a port from the kernel. The port of GRE is its payload's type; of protocols without
    /// ports it is 0. Protocol 0 with port 0 takes all packets to the address.
    /// </summary>
    public void Take(IPAddress destination, byte protocol, ushort port) => Map.Set(new XdpFilterKey(destination, protocol, port), 1u);

    /// <summary>Leaves them to the kernel again; false when they were not taken.</summary>
    public bool Leave(IPAddress destination, byte protocol, ushort port) => Map.Remove(new XdpFilterKey(destination, protocol, port));

    /// <inheritdoc/>
    public void Dispose() => Map.Dispose();
}
