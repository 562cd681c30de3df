using System.CommandLine;
using Google.Protobuf;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl diff</c>: what sync would change. The vRouter compares, so that what it takes for equal is equal.</summary>
internal static class DiffCommand
{
    private static readonly Option<string> s_file = FileOption.Create();

    public static Command Create()
    {
        var command = new ComparingCommand("diff", "Shows what sync would change. Exit status: 0 nothing, 1 something, 2 trouble.") { s_file };
        Session.SetAction(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(Session session)
    {
        V1.Config wanted = FileOption.Read(session.Parsed.GetRequiredValue(s_file));
        V1.SyncResponse preview = await session.Client.PreviewSyncAsync(wanted, session.Stop);
        bool differs = preview.Applied.Count + preview.Deleted.Count > 0;

        if (session.IsJson)
        {
            session.Output.WriteJson(preview);
        }
        else if (differs)
        {
            var text = new DiffText(session.Output);
            text.Print(preview, ByKey(await StatePieces.ReadAllAsync(session, derived: false)), ByKey(wanted));
        }

        return differs ? ExitCode.Failed : ExitCode.Success;
    }

    private static Dictionary<V1.ObjectKey, IMessage> ByKey(V1.Config config)
    {
        Dictionary<V1.ObjectKey, IMessage> objects = [];

        foreach (IMessage item in ConfigPieces.ObjectsOf(config))
        {
            objects[CanonicalKey.Of(item)] = item;
        }

        return objects;
    }
}
