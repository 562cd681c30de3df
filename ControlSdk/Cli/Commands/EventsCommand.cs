using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl events</c>: what happens to objects, links, neighbours and flows.</summary>
internal static class EventsCommand
{
    private static readonly Option<bool> s_objects = new("--objects") { Description = "Objects that are applied and deleted." };
    private static readonly Option<bool> s_links = new("--links") { Description = "Links that go up and down, and neighbours." };
    private static readonly Option<bool> s_flows = new("--flows") { Description = "Flows that start and end." };
    private static readonly Option<bool> s_standing = new("--standing") { Description = "First what stands." };

    public static Command Create()
    {
        var command = new Command("events", "Shows what happens, until Ctrl-C. Without options: objects and links.") { s_objects, s_links, s_flows, s_standing };
        Session.SetLiveAction(command, RunAsync);
        return command;
    }

    private static async Task RunAsync(Session session)
    {
        (bool objects, bool links, bool flows) = (session.Parsed.GetValue(s_objects), session.Parsed.GetValue(s_links), session.Parsed.GetValue(s_flows));
        bool isAny = objects || links || flows;
        var request = new V1.WatchRequest { Objects = objects || !isAny, Links = links || !isAny, Flows = flows };
        var listing = new Listing<V1.Event>(session, EventColumns.All, isLive: true);

        await listing.AddAsync(EventFeed.ReadAsync(session, request, session.Parsed.GetValue(s_standing)));
    }
}
