using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Services;

/// <summary>What many sessions through a source NAT of one address take.</summary>
/// <param name="Scenario">"snat-sessions".</param>
/// <param name="Sessions">Sessions at the same time.</param>
/// <param name="Destinations">Addresses that they go to, all to one port.</param>
/// <param name="Clients">Clients, all of which send from one port.</param>
/// <param name="Ports">Different ports of the address that were given out.</param>
/// <param name="Kept">The share of sessions that left from their original port.</param>
/// <param name="SetUpsPerSecond">Sessions set up in a second of the worker's own time.</param>
/// <param name="BytesPerSession">By how much the process grew.</param>
internal sealed record SourceNatFigures(
    string Scenario, int Sessions, int Destinations, int Clients, int Ports, double Kept, long SetUpsPerSecond, long BytesPerSession) : Figures
{
    /// <summary>The heading over rows of <see cref="ToString"/>.</summary>
    public const string Heading = "scenario       sessions  destinations  clients  ports  original port  set-ups/s  bytes a session";

    /// <summary>A row of a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scenario,-13} {Sessions,9} {Destinations,13} {Clients,8} {Ports,6} {Kept,14:f4} {SetUpsPerSecond,10:n0} {BytesPerSession,16}");
}
