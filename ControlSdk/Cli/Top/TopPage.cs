using System.Globalization;

namespace VRouter.ControlSdk.Cli;

/// <summary>What <c>vrouterctl top</c> shows: the whole, workers, interfaces and drops.</summary>
internal sealed class TopPage(StandardOutput output, IReadOnlyDictionary<uint, string> names)
{
    private const int MostDrops = 8;

    // Heads and empty lines, beside the rows.
    private const int Frame = 7;

    private static readonly Column<WorkerRates>[] s_workers =
    [
        new("WORKER", worker => Amount.Of(worker.Worker), IsNumber: true),
        new("BUSY", worker => (100 * worker.Busy).ToString("0'%'", CultureInfo.InvariantCulture), IsNumber: true, Width: 6),
        new("PACKETS/S", worker => Amount.Short(worker.Packets), IsNumber: true, Width: 10),
        new("A BATCH", worker => worker.PacketsPerBatch.ToString("0.0", CultureInfo.InvariantCulture), IsNumber: true),
        new("HANDED OFF/S", worker => Amount.Short(worker.HandedOff), IsNumber: true),
    ];

    private static readonly Column<DropRates>[] s_drops =
    [
        new("DROPPED FOR", drop => drop.Reason, Width: 24),
        new("PACKETS/S", drop => Amount.Short(drop.Packets), IsNumber: true, Width: 10),
        new("SINCE START", drop => Amount.Of(drop.Total), IsNumber: true),
    ];

    private readonly Column<InterfaceRates>[] _interfaces =
    [
        new("IF", vif => Amount.Of(vif.Interface), IsNumber: true, Width: 6),
        new("NAME", vif => names.GetValueOrDefault(vif.Interface, ""), Width: 16),
        new("IN PACKETS/S", vif => Amount.Short(vif.RxPackets), IsNumber: true),
        new("IN BIT/S", vif => Amount.Short(vif.RxBits), IsNumber: true, Width: 9),
        new("OUT PACKETS/S", vif => Amount.Short(vif.TxPackets), IsNumber: true),
        new("OUT BIT/S", vif => Amount.Short(vif.TxBits), IsNumber: true, Width: 9),
        new("DROPS/S", vif => Amount.Short(vif.Drops), IsNumber: true, Width: 8),
        new("WAITING", vif => Amount.Of(vif.Held), IsNumber: true),
    ];

    /// <summary>Prints a page.</summary>
    /// <param name="counters">How it stands.</param>
    /// <param name="rates">What has happened since the page before.</param>
    /// <param name="height">Lines that there is room for.</param>
    public void Print(V1.Counters counters, Rates rates, int height)
    {
        WorkerRates[] workers = [.. rates.Workers()];
        DropRates[] drops = [.. rates.Drops().Take(MostDrops)];
        InterfaceRates[] vifs = [.. rates.Interfaces()];
        int room = Math.Max(height - workers.Length - drops.Length - Frame, 1);
        string hidden = vifs.Length > room ? $", the {room} busiest of {vifs.Length} interfaces" : "";

        output.WriteLine($"generation {counters.Generation}, {counters.Flows} flows, {Amount.Short(rates.FlowsCreated)} new a second{hidden}");
        Print(s_workers, workers);
        Print(_interfaces, vifs.Take(room));
        Print(s_drops, drops);
    }

    private void Print<T>(IReadOnlyList<Column<T>> columns, IEnumerable<T> rows)
    {
        var table = new Table<T>(output, columns);
        output.WriteLine("");

        foreach (T row in rows)
        {
            table.Add(row);
        }

        table.Open();
    }
}
