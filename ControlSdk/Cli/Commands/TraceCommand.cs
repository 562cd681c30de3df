using System.CommandLine;
using Google.Protobuf;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl trace</c>: what would happen to one packet now, step by step.</summary>
internal static class TraceCommand
{
    private static readonly Option<uint> s_interface = NumberOption.CreateRequired("--interface", "The interface the packet arrives at.", "ID");

    private static readonly Option<string> s_packet = new("--packet")
    {
        Description = "The packet from its Ethernet header on, in hexadecimal digits.",
        HelpName = "HEX",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Command("trace", "Says step by step what would happen to a packet now. Nothing changes and nothing is sent.") { s_interface, s_packet };
        Session.SetAction(command, RunAsync);
        return command;
    }

    private static async Task RunAsync(Session session)
    {
        var request = new V1.TraceRequest { Interface = session.Parsed.GetRequiredValue(s_interface), Packet = PacketOf(session.Parsed.GetRequiredValue(s_packet)) };
        V1.TraceResponse trace = await session.AskAsync(stop => session.Client.TraceAsync(request, stop));

        if (session.IsJson)
        {
            session.Output.WriteJson(trace);
        }
        else
        {
            session.Output.WriteLine(TraceText.Of(request, trace));
        }
    }

    private static ByteString PacketOf(string hex)
    {
        try
        {
            return ByteString.CopyFrom(Convert.FromHexString(string.Concat(hex.Split(':', ' ', '\n'))));
        }
        catch (FormatException)
        {
            throw new CommandException(ExitCode.Refused, "--packet: not an even number of hexadecimal digits");
        }
    }
}
