using System.CommandLine;
using Grpc.Core;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl drop</c>: which packets went nowhere, and why.</summary>
internal static class DropCommand
{
    public static Command Create() => new("drop", "Says which packets were dropped, and why.") { List(), Stats() };

    private static Command List()
    {
        Option<uint?> limit = NumberOption.Create("--limit", "The latest N.", "N");
        var match = new DropMatchOptions();
        var list = new Command("list", "Lists the latest drops, oldest first, up to 1,024 that the vRouter remembers.") { limit };
        match.AddTo(list);

        Session.SetAction(list, session =>
        {
            V1.ListDropsRequest request = match.Read(session.Parsed);
            request.Limit = session.Parsed.GetValue(limit) ?? 0;
            return ListAsync(session, request);
        });

        return list;
    }

    private static Command Stats()
    {
        var stats = new Command("stats", "Counts drops by interface and reason, since the vRouter started.");
        Session.SetAction(stats, StatsAsync);
        return stats;
    }

    private static Task ListAsync(Session session, V1.ListDropsRequest request) => new Listing<V1.Drop>(session, DropColumns.All)
        .AddAsync(session.Diagnostics.ListDrops(request, session.Stream).ResponseStream.ReadAllAsync(session.Stop));

    private static async Task StatsAsync(Session session)
    {
        V1.Counters counters = await session.Diagnostics.GetCountersAsync(new V1.CountersRequest(), session.Unary);

        if (session.IsJson)
        {
            session.Output.WriteJson(new V1.Counters { Drops = { counters.Drops }, Generation = counters.Generation });
            return;
        }

        var table = new Table<DropCount>(session.Output, DropCount.Columns);

        foreach (DropCount count in DropCount.Of(counters))
        {
            table.Add(count);
        }

        table.Open();
    }
}
