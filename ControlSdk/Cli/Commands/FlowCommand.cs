using System.CommandLine;
using Grpc.Core;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl flow</c>: who talks to whom.</summary>
internal static class FlowCommand
{
    public static Command Create() => new("flow", "Lists flows.") { List() };

    private static Command List()
    {
        var match = new FlowMatchOptions();
        Option<uint?> endpoint = NumberOption.Create("--interface", "With this interface at one end.", "ID");
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

    private static Task ListAsync(Session session, V1.ListFlowsRequest request) => new Listing<V1.FlowRecord>(session, FlowColumns.Standing)
        .AddAsync(session.Diagnostics.ListFlows(request, session.Stream).ResponseStream.ReadAllAsync(session.Stop));
}
