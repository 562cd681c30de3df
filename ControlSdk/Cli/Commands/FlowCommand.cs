using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl flow</c>: who talks to whom.</summary>
internal static class FlowCommand
{
    public static Command Create() => new("flow", "Lists, watches and ends flows.") { List(), Watch(), Delete() };

    private static Command List()
    {
        var match = new FlowMatchOptions();
        Option<uint?> endpoint = EndpointOption();
        Option<uint?> limit = NumberOption.Create("--limit", "So many at most.", "N");
        var list = new Command("list", "Lists flows, a line a direction, in no order.") { endpoint, limit };
        match.AddTo(list);

        Session.SetAction(list, session => ListAsync(session, new V1.ListFlowsRequest
        {
            Match = match.Read(session.Parsed),
            Interface = session.Parsed.GetValue(endpoint) ?? 0,
            Limit = session.Parsed.GetValue(limit) ?? 0,
        }));

        return list;
    }

    private static Command Watch()
    {
        var match = new FlowMatchOptions();
        var standing = new Option<bool>("--standing") { Description = "First those that stand." };
        var watch = new Command("watch", "Shows flows that start and end, a line a direction, until Ctrl-C.") { standing };
        match.AddTo(watch);
        Session.SetLiveAction(watch, session => WatchAsync(session, match.Read(session.Parsed), session.Parsed.GetValue(standing)));
        return watch;
    }

    private static Command Delete()
    {
        var match = new FlowMatchOptions();
        Option<uint?> endpoint = EndpointOption();
        var all = new Option<bool>("--all") { Description = "All flows." };
        var delete = new Command("delete", "Ends flows, both directions of each that is meant. What goes on is decided anew.") { endpoint, all };
        match.AddTo(delete);

        Session.SetAction(delete, session =>
        {
            var request = new V1.DeleteFlowsRequest { Match = match.Read(session.Parsed), Interface = session.Parsed.GetValue(endpoint) ?? 0 };
            bool isAll = request.Match is null && request.Interface == 0;

            return isAll != session.Parsed.GetValue(all)
                ? throw new CommandException(ExitCode.Refused, isAll ? "flow delete: say which, or --all" : "flow delete: --all, or which")
                : DeleteAsync(session, request);
        });

        return delete;
    }

    private static Option<uint?> EndpointOption() => NumberOption.Create("--interface", "With this interface at one end.", "ID");

    private static Task ListAsync(Session session, V1.ListFlowsRequest request) =>
        new Listing<V1.FlowRecord>(session, FlowColumns.Standing).AddAsync(session.Client.ListFlowsAsync(request, session.Stop));

    private static async Task WatchAsync(Session session, V1.FlowKey? match, bool showsStanding)
    {
        IAsyncEnumerable<V1.Event> events = EventFeed.ReadAsync(session, new V1.WatchRequest { Flows = true }, showsStanding)
            .Where(item => (item.FlowStarted ?? item.FlowEnded) is not { } flow || FlowMatch.Matches(match, flow.Key));

        await new Listing<V1.Event>(session, EventColumns.All, isLive: true).AddAsync(events);
    }

    private static async Task DeleteAsync(Session session, V1.DeleteFlowsRequest request)
    {
        V1.DeleteFlowsResponse response = await session.AskAsync(async stop => await session.Client.Control.DeleteFlowsAsync(request, cancellationToken: stop));

        if (session.IsJson)
        {
            session.Output.WriteJson(response);
        }
        else
        {
            session.Output.WriteLine($"{response.Deleted} directions of flows ended");
        }
    }
}
