using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary>The options that say which drops are meant.</summary>
/// <param name="limited">What the limit says: the latest, or the next.</param>
internal sealed class DropMatchOptions(string limited)
{
    private readonly Option<uint?> _interface = NumberOption.Create("--interface", "Of packets that came in at this interface.", "ID");
    private readonly Option<string?> _reason = new("--reason") { Description = "For this reason, as NoRoute.", HelpName = "REASON" };
    private readonly Option<uint?> _limit = NumberOption.Create("--limit", limited, "N");

    public void AddTo(Command command)
    {
        command.Add(_interface);
        command.Add(_reason);
        command.Add(_limit);
    }

    public V1.ListDropsRequest Read(ParseResult parsed) => new()
    {
        Interface = parsed.GetValue(_interface) ?? 0,
        Reason = parsed.GetValue(_reason) ?? "",
        Limit = parsed.GetValue(_limit) ?? 0,
    };
}
