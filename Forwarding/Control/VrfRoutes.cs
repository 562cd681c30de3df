using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>The routes of the VRFs as transactions change them: what changes is noted where flows look for it.</summary>
internal sealed class VrfRoutes(RouteStore routes, RouteGenerations generations)
{
    /// <summary>The lower 32 bits of the generation in the making.</summary>
    public uint Generation { get; set; }

    /// <summary>The VRFs of which something has changed since this was emptied.</summary>
    public HashSet<VrfRecord> Touched { get; } = [];

    public bool TryFind(VrfRecord vrf, IpPrefix prefix, out RouteEntry entry)
    {
        bool isThere = routes.TryFind(vrf.Routes, prefix, out RouteId route);
        entry = isThere ? routes.Entry(route) : default;
        return isThere;
    }

    public void Set(VrfRecord vrf, IpPrefix prefix, RouteEntry entry)
    {
        Note(vrf, prefix);
        routes.Set(vrf.Routes, prefix, entry with { Generation = Generation });
    }

    public void Remove(VrfRecord vrf, IpPrefix prefix)
    {
        Note(vrf, prefix);
        routes.Remove(vrf.Routes, prefix);
    }

    /// <summary>Notes that the VRF itself is another one: whatever was routed in it may be routed elsewhere.</summary>
    public void Note(VrfRecord vrf)
    {
        vrf.WideGeneration = Generation;
        Touched.Add(vrf);
    }

    private void Note(VrfRecord vrf, IpPrefix prefix)
    {
        if (RouteGenerations.IsWide(prefix))
        {
            vrf.WideGeneration = Generation;
        }
        else
        {
            generations.Set(vrf.Index, prefix, Generation);
        }

        Touched.Add(vrf);
    }
}
