using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl top</c>: workers, interfaces, flows and drops as they go.</summary>
internal static class TopCommand
{
    // ECMA-48 section 8.3: cursor home and erase behind it; the private modes are xterm's.
    private const string Home = "\e[H\e[J";
    private const string OtherScreen = "\e[?1049h\e[?25l";
    private const string OwnScreen = "\e[?25h\e[?1049l";

    private const int DefaultHeight = 24;

    private static readonly Option<uint?> s_count = NumberOption.Create("--count", "Pages to show. Default: on a terminal until Ctrl-C, elsewhere 1.", "N", least: 1);

    private static readonly Option<uint?> s_interval = NumberOption.Create("--interval", "Seconds between them. Default: 1.", "SECONDS", least: 1, most: 3600);

    public static Command Create()
    {
        var command = new Command("top", "Shows what workers, interfaces and flows do, and what is dropped, a second.") { s_count, s_interval };
        Session.SetLiveAction(command, RunAsync);
        return command;
    }

    // Some terminals do not know theirs.
    private static int TerminalHeight => Console.WindowHeight is > 0 and int height ? height : DefaultHeight;

    private static async Task RunAsync(Session session)
    {
        bool isLive = StandardOutput.IsTerminal && !session.IsJson;
        uint count = session.Parsed.GetValue(s_count) ?? (StandardOutput.IsTerminal ? uint.MaxValue : 1);
        session.Output.Text.Write(isLive ? OtherScreen : "");

        try
        {
            await ShowAsync(session, count, isLive);
        }
        finally
        {
            session.Output.Text.Write(isLive ? OwnScreen : "");
            session.Output.Flush();
        }
    }

    private static async Task ShowAsync(Session session, uint count, bool isLive)
    {
        var interval = TimeSpan.FromSeconds(session.Parsed.GetValue(s_interval) ?? 1);
        var page = new TopPage(session.Output, await NamesAsync(session));
        Sample before = await Sample.TakeAsync(session);

        for (uint shown = 0; shown < count; shown++)
        {
            await Task.Delay(interval, session.Stop);
            Sample now = await Sample.TakeAsync(session);

            if (session.IsJson)
            {
                session.Output.WriteJson(now.Counters);
            }
            else
            {
                session.Output.Text.Write(isLive ? Home : "");
                page.Print(now.Counters, new Rates(before, now), isLive ? TerminalHeight : int.MaxValue);
            }

            session.Output.Flush();
            before = now;
        }
    }

    private static async Task<Dictionary<uint, string>> NamesAsync(Session session)
    {
        Dictionary<uint, string> names = [];

        await foreach (V1.Config piece in StatePieces.ReadAsync(session, derived: false, "interfaces"))
        {
            foreach (V1.Interface vif in piece.Interfaces)
            {
                names[vif.Id] = vif.Name;
            }
        }

        return names;
    }
}
