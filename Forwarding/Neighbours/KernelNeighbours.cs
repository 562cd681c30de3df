using System.Collections.Concurrent;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>
/// Vifs whose neighbours the kernel knows (<see cref="AfXdpSpec.TunnelsOnly"/>): what the walk wants to know is put down here, and the
/// control side asks the kernel and brings the answer.
/// </summary>
internal sealed class KernelNeighbours
{
    private const int MostWanted = 1024;

    private readonly ConcurrentDictionary<ushort, bool> _vifs = new();
    private readonly ConcurrentQueue<(ushort Vif, IpAddress Address)> _wanted = new();

    /// <summary>Says that the kernel resolves for a vif, or no longer does.</summary>
    public void Set(ushort vif, bool isKernel)
    {
        if (isKernel)
        {
            _vifs[vif] = true;
        }
        else
        {
            _vifs.TryRemove(vif, out _);
        }
    }

    /// <summary>Puts a wish down; false when the vRouter resolves for this vif itself.</summary>
    public bool TryAsk(ushort vif, IpAddress address)
    {
        if (_vifs.IsEmpty || !_vifs.ContainsKey(vif))
        {
            return false;
        }

        if (_wanted.Count < MostWanted)
        {
            _wanted.Enqueue((vif, address));
        }

        return true;
    }

    /// <summary>The next wish.</summary>
    public bool TryTake(out (ushort Vif, IpAddress Address) wanted) => _wanted.TryDequeue(out wanted);
}
