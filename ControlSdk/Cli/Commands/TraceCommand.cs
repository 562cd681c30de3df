using System.CommandLine;
using Google.Protobuf;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl trace</c>: what would happen to one packet now, or happens to those that come, step by step.</summary>
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
        var command = new Command("trace", "Says step by step what would happen to a packet now. Nothing changes and nothing is sent.") { s_interface, s_packet, Watch() };
        Session.SetAction(command, RunAsync);
        return command;
    }

    private static Command Watch()
    {
        var match = new FlowMatchOptions();
        var drops = new Option<bool>("--drops") { Description = "Only packets that are dropped." };
        Option<uint[]> interfaces = NumberOption.CreateMany("--interface", "That come in at this interface. May be given again.", "ID");
        Option<uint?> limit = NumberOption.Create("--limit", "N of them.", "N");
        var watch = new Command("watch", "Says of packets as they come in what happens to each, until Ctrl-C.") { interfaces, drops, limit };
        match.AddTo(watch);

        Session.SetLiveAction(watch, session => WatchAsync(session, new V1.FollowTracesRequest
        {
            Interfaces = { session.Parsed.GetValue(interfaces) ?? [] },
            Match = match.Read(session.Parsed),
            DropsOnly = session.Parsed.GetValue(drops),
            Limit = session.Parsed.GetValue(limit) ?? 0,
        }));

        return watch;
    }

    private static async Task WatchAsync(Session session, V1.FollowTracesRequest request)
    {
        await foreach (V1.TracedPacket packet in session.Client.FollowTracesAsync(request, session.Stop))
        {
            if (session.IsJson)
            {
                session.Output.WriteJson(packet);
            }
            else
            {
                Print(session, packet);
            }

            session.Output.Flush();
        }
    }

    private static void Print(Session session, V1.TracedPacket packet)
    {
        if (packet.Lost > 0)
        {
            Console.Error.WriteLine($"vrouterctl: {packet.Lost} packets came too fast to be explained");
        }

        session.Output.WriteLine($"{Amount.TimeOf(packet.Time)} {TraceText.Of(new V1.TraceRequest { Interface = packet.Interface, Packet = packet.Packet }, packet.Trace)}");
        session.Output.WriteLine("");
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
