using System.CommandLine;
using Google.Protobuf;
using VRouter.ControlSdk.Server;
using VRouter.ControlSdk.V1;

namespace VRouter.ControlSdk.Agent;

/// <summary><c>vrouter trace</c>: what would happen to one packet, step by step.</summary>
internal static class TraceCommand
{
    private const string Json = "json";

    private static readonly Option<string> s_config = new("--config")
    {
        Description = "The configuration, a Config in proto3 JSON. Ports in it are ignored.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<uint> s_interface = new("--interface")
    {
        Description = "The interface the packet arrives at.",
        HelpName = "ID",
        Required = true,
    };

    private static readonly Option<string?> s_packet = new("--packet")
    {
        Description = "The packet from its Ethernet header on, in hexadecimal digits.",
        HelpName = "HEX",
    };

    private static readonly Option<string?> s_pcap = new("--pcap")
    {
        Description = "A pcap or pcapng file with the packet.",
        HelpName = "FILE",
    };

    private static readonly Option<int?> s_frame = new("--frame")
    {
        Description = "The packet's number in the file. Default: 1.",
        HelpName = "N",
    };

    private static readonly Option<string> s_format = new("--output", "-o")
    {
        Description = "How to print it.",
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    };

    public static Command Create()
    {
        var command = new Command("trace", "Says what would happen to one packet, step by step.")
        {
            s_config, s_interface, s_packet, s_pcap, s_frame, s_format,
        };

        s_format.AcceptOnlyFromAmong("text", Json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(s_packet) is null == result.GetValue(s_pcap) is null)
            {
                result.AddError("trace: give the packet with one of --packet and --pcap");
            }

            if (result.GetValue(s_frame) is { } frame && (frame < 1 || result.GetValue(s_pcap) is null))
            {
                result.AddError("--frame: a number from 1 on, with --pcap");
            }
        });
        command.SetAction(RunAsync);

        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        string config = parsed.GetRequiredValue(s_config);
        var request = new TraceRequest
        {
            Interface = parsed.GetRequiredValue(s_interface),
            Packet = await ReadPacketAsync(parsed, cancel),
        };

        TraceResponse trace = OfflineTrace.Run(ConfigFile.Read(config), config, request);
        string text = parsed.GetRequiredValue(s_format) == Json ? JsonContract.FormatIndented(trace) : TraceText.Of(request, trace);
        await Console.Out.WriteLineAsync(text);

        return ExitCode.Success;
    }

    private static async Task<ByteString> ReadPacketAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(s_pcap) is { } path)
        {
            ReadOnlyMemory<byte> packet = await OfflineTrace.ReadPacketAsync(path, parsed.GetValue(s_frame) ?? 1, cancel);
            return ByteString.CopyFrom(packet.Span);
        }

        try
        {
            return ByteString.CopyFrom(Convert.FromHexString(string.Concat(parsed.GetValue(s_packet)!.Split(':', ' ', '\n'))));
        }
        catch (FormatException)
        {
            throw new CommandException(ExitCode.Refused, "--packet: not an even number of hexadecimal digits");
        }
    }
}
