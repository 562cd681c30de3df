using System.CommandLine;
using System.CommandLine.Parsing;

namespace VRouter.ControlSdk.Cli;

/// <summary>The options that say which flows, or whose packets, are meant.</summary>
internal sealed class FlowMatchOptions
{
    private readonly Option<uint?> _vrf = NumberOption.Create("--vrf", "In this VRF.", "ID");
    private readonly Option<string?> _source = new("--source") { Description = "From this address.", HelpName = "ADDRESS" };
    private readonly Option<string?> _destination = new("--destination") { Description = "To this address.", HelpName = "ADDRESS" };
    private readonly Option<uint?> _sourcePort = NumberOption.Create("--source-port", "From this port.", "PORT", least: 1, most: ushort.MaxValue);
    private readonly Option<uint?> _destinationPort = NumberOption.Create("--destination-port", "To this port.", "PORT", least: 1, most: ushort.MaxValue);

    private readonly Option<uint?> _protocol = new("--protocol")
    {
        Description = "Of this protocol.",
        HelpName = "tcp|udp|icmp|NUMBER",
        CustomParser = ParseProtocol,
    };

    public void AddTo(Command command)
    {
        command.Add(_vrf);
        command.Add(_source);
        command.Add(_destination);
        command.Add(_protocol);
        command.Add(_sourcePort);
        command.Add(_destinationPort);
    }

    /// <summary>What was asked for; null when nothing was.</summary>
    /// <exception cref="CommandException">An address is none.</exception>
    public V1.FlowKey? Read(ParseResult parsed)
    {
        var key = new V1.FlowKey
        {
            Vrf = parsed.GetValue(_vrf) ?? 0,
            Source = AddressOf(parsed.GetValue(_source)),
            Destination = AddressOf(parsed.GetValue(_destination)),
            Protocol = parsed.GetValue(_protocol) ?? 0,
            SourcePort = parsed.GetValue(_sourcePort) ?? 0,
            DestinationPort = parsed.GetValue(_destinationPort) ?? 0,
        };

        return key.Equals(new V1.FlowKey()) ? null : key;
    }

    private static string AddressOf(string? text) => text is null ? "" : KeyText.Address(text);

    private static uint? ParseProtocol(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        uint? protocol = ProtocolText.Parse(text);

        if (protocol is null)
        {
            result.AddError($"--protocol: '{text}' is neither a protocol nor a number up to 255");
        }

        return protocol;
    }
}
