using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl drop</c>: which packets went nowhere, and why.</summary>
internal static class DropCommand
{
    public static Command Create() => new("drop", "Says which packets were dropped, and why.") { List(), Watch(), Stats() };

    private static Command List()
    {
        var list = new Command("list", "Lists the latest drops, oldest first, up to 1,024 that the vRouter remembers.");
        var match = new DropMatchOptions("The latest N.");
        match.AddTo(list);
        Session.SetAction(list, session => ListAsync(session, match.Read(session.Parsed)));
        return list;
    }

    private static Command Watch()
    {
        var watch = new Command("watch", "Shows drops as they happen, until Ctrl-C.");
        var match = new DropMatchOptions("N of them.");
        match.AddTo(watch);
        Session.SetLiveAction(watch, session => WatchAsync(session, match.Read(session.Parsed)));
        return watch;
    }

    private static Command Stats()
    {
        var stats = new Command("stats", "Counts drops by reason and interface, since the vRouter started.");
        Session.SetAction(stats, StatsAsync);
        return stats;
    }

    private static Task ListAsync(Session session, V1.ListDropsRequest request) =>
        new Listing<V1.Drop>(session, DropColumns.All).AddAsync(session.Client.ListDropsAsync(request, session.Stop));

    private static Task WatchAsync(Session session, V1.ListDropsRequest request) =>
        new Listing<V1.Drop>(session, DropColumns.All, isLive: true).AddAsync(session.Client.FollowDropsAsync(request, session.Stop).Select(drop => TellLost(session, drop)));

    private static V1.Drop TellLost(Session session, V1.Drop drop)
    {
        if (drop.Lost > 0 && !session.IsJson)
        {
            Console.Error.WriteLine($"vrouterctl: {drop.Lost} drops came too fast to be shown");
        }

        return drop;
    }

    private static async Task StatsAsync(Session session)
    {
        V1.Counters counters = await session.AskAsync(stop => session.Client.GetCountersAsync(stop: stop));

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
