using System.CommandLine;
using System.Net;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl rt</c>: what every kind of object has, and which route an address takes.</summary>
internal static class RouteCommand
{
    private static readonly Argument<string> s_vrf = new("VRF") { Description = "The VRF in which it is looked up." };
    private static readonly Argument<string> s_address = new("ADDRESS") { Description = "The address." };

    public static Command Create()
    {
        Command command = new NounCommand<V1.Route>(NounList.Routes).Create();
        var lookup = new Command("lookup", "Shows the route that packets to an address take, and its next hop.") { s_vrf, s_address };
        Session.SetAction(lookup, RunAsync);
        command.Add(lookup);
        return command;
    }

    private static async Task RunAsync(Session session)
    {
        uint vrf = KeyText.Number(session.Parsed.GetRequiredValue(s_vrf));
        IPAddress address = KeyText.AddressOf(session.Parsed.GetRequiredValue(s_address));
        (V1.Route? best, Dictionary<uint, V1.NextHop> nextHops) = await FindAsync(session, vrf, address);
        V1.Route route = best ?? throw new CommandException(ExitCode.Failed, $"there is no route to {address} in VRF {vrf}");

        if (session.IsJson)
        {
            session.Output.WriteJson(route);
            return;
        }

        string label = route.Label == 0 ? "" : $" label {route.Label}";
        string nextHop = nextHops.TryGetValue(route.NextHop, out V1.NextHop? found) ? $"next hop {found.Id}: {NextHopText.Of(found)}" : "the vRouter's own";
        session.Output.WriteLine($"{address} takes {route.Prefix} in VRF {vrf}: {nextHop}{label}");
    }

    // The most specific route wins; those that the vRouter made itself take part.
    private static async Task<(V1.Route? Best, Dictionary<uint, V1.NextHop> NextHops)> FindAsync(Session session, uint vrf, IPAddress address)
    {
        V1.Route? best = null;
        int length = -1;
        Dictionary<uint, V1.NextHop> nextHops = [];

        await foreach (V1.Config piece in StatePieces.ReadAsync(session, derived: true, "next_hops", "routes"))
        {
            foreach (V1.NextHop nextHop in piece.NextHops)
            {
                nextHops[nextHop.Id] = nextHop;
            }

            foreach (V1.Route route in piece.Routes.Where(route => route.Vrf == vrf))
            {
                IPNetwork prefix = IPNetwork.Parse(route.Prefix);

                if (prefix.PrefixLength > length && prefix.Contains(address))
                {
                    (best, length) = (route, prefix.PrefixLength);
                }
            }
        }

        return (best, nextHops);
    }
}
