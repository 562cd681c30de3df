using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl capture</c>: packets as they pass, into a file or a pipe that Wireshark reads.</summary>
internal static class CaptureCommand
{
    private const string StandardOut = "-";

    private static readonly Option<string> s_file = new("-w", "--write")
    {
        Description = "The pcapng file; - is standard output: vrouterctl capture -w - | wireshark -k -i -",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<bool> s_drops = new("--drops") { Description = "Only packets that are dropped, with the reason in their comments." };
    private static readonly Option<uint[]> s_interfaces = NumberOption.CreateMany("--interface", "At this interface. May be given again.", "ID");
    private static readonly Option<uint?> s_snapLength = NumberOption.Create("--snap-length", "Bytes to keep of each packet. Default: all.", "BYTES", least: 1);
    private static readonly Option<uint?> s_seconds = NumberOption.Create("--seconds", "How long. Default: until Ctrl-C.", "N", least: 1);

    private static readonly FlowMatchOptions s_match = new();

    public static Command Create()
    {
        var command = new Command("capture", "Writes packets as they pass, until Ctrl-C: as they come in, as they go out, and where they end.")
        {
            s_file, s_drops, s_interfaces, s_snapLength, s_seconds,
        };
        s_match.AddTo(command);
        Session.SetLiveAction(command, RunAsync);
        return command;
    }

    private static async Task RunAsync(Session session)
    {
        var request = new V1.CaptureRequest
        {
            Interfaces = { session.Parsed.GetValue(s_interfaces) ?? [] },
            SnapLength = session.Parsed.GetValue(s_snapLength) ?? 0,
            DropsOnly = session.Parsed.GetValue(s_drops),
            Match = s_match.Read(session.Parsed),
        };

        string path = session.Parsed.GetRequiredValue(s_file);

        if (path == StandardOut)
        {
            await WriteToOutputAsync(session, request);
            return;
        }

        await using FileStream file = File.Create(path);
        await WriteAsync(session, request, file);
    }

    private static Task WriteToOutputAsync(Session session, V1.CaptureRequest request) => StandardOutput.IsTerminal
        ? throw new CommandException(ExitCode.Refused, "-w -: a capture is not for a terminal; give it to a file, or to wireshark -k -i -")
        : WriteAsync(session, request, session.Output.Bytes);

    private static async Task WriteAsync(Session session, V1.CaptureRequest request, Stream file)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(session.Stop);

        if (session.Parsed.GetValue(s_seconds) is { } seconds)
        {
            end.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        try
        {
            await foreach (V1.CaptureChunk chunk in session.Client.CaptureAsync(request, end.Token))
            {
                await file.WriteAsync(chunk.Pcapng.Memory, CancellationToken.None);
                await file.FlushAsync(CancellationToken.None);
            }
        }
        catch (Exception e) when (end.IsCancellationRequested && !session.Stop.IsCancellationRequested && e is OperationCanceledException or Grpc.Core.RpcException)
        {
            // Its time is over.
        }
    }
}
