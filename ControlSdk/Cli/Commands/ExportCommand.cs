using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl export</c>: the state as a file that sync takes.</summary>
internal static class ExportCommand
{
    private static readonly Option<bool> s_derived = new("--derived") { Description = "Also what the vRouter made itself; not for sync." };

    public static Command Create()
    {
        var command = new Command("export", "Prints the state as a Config in proto3 JSON, as apply and sync take it.") { s_derived };
        Session.SetAction(command, RunAsync);
        return command;
    }

    private static async Task RunAsync(Session session)
    {
        V1.Config state = await StatePieces.ReadAllAsync(session, session.Parsed.GetValue(s_derived));
        session.Output.WriteLine(JsonContract.FormatIndented(state));
    }
}
