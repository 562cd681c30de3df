using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Routes;

/// <summary>What many routes take.</summary>
/// <param name="Family">"ipv4" or "ipv6".</param>
/// <param name="Vrfs">VRFs that the routes are spread over.</param>
/// <param name="Routes">Routes in all of them.</param>
/// <param name="LookupBytes">Bytes of the structure that packets read.</param>
/// <param name="ResidentBytes">Bytes by which the process grew, all of the control side included.</param>
/// <param name="FirstPacketMs">From Apply of all of them at once to the first packet that came out.</param>
/// <param name="NsPerLookup">A random destination looked up.</param>
/// <param name="ChangeUs">From Apply of one changed route to the first packet that took the new way: the median.</param>
/// <param name="ChangeP99Us">99 of 100 were not slower.</param>
/// <param name="ChangeAllocatedBytes">Managed bytes a change allocated, on average.</param>
internal sealed record RouteFigures(
    string Family, int Vrfs, int Routes, long LookupBytes, long ResidentBytes, double FirstPacketMs,
    double NsPerLookup, double ChangeUs, double ChangeP99Us, double ChangeAllocatedBytes) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "family   vrfs    routes   lookup MB   resident MB   first packet   lookup    change    p99       allocated";

    private const double Megabyte = 1e6;

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Family,-6} {Vrfs,6} {Routes,9} {LookupBytes / Megabyte,11:f1} {ResidentBytes / Megabyte,13:f1} {FirstPacketMs,11:f0} ms {NsPerLookup,6:f1} ns {ChangeUs,6:f1} us {ChangeP99Us,6:f1} us {ChangeAllocatedBytes,8:f0} B");
}
