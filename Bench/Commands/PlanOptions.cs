using System.CommandLine;

namespace VRouter.Bench.Commands;

/// <summary>The options that say how a scenario is measured.</summary>
internal sealed class PlanOptions
{
    // An Ethernet frame without FCS: the least of a NIC, and what an MTU of 1,500 allows.
    private const int SmallestFrame = 60, LargestFrame = 1514;

    private readonly Option<int> _flows = Number("--flows", "Flows, each with addresses and ports of its own.", 1024, 1, 4_000_000);
    private readonly Option<int> _frame = Number("--frame", "Bytes of the tenants' Ethernet frames, without FCS.", SmallestFrame, SmallestFrame, LargestFrame);
    private readonly Option<int> _workers = Number("--workers", "Threads that forward.", 1, 1, 64);
    private readonly Option<int> _batch = Number("--batch", "Packets a worker takes at a time.", 64, 1, 256);
    private readonly Option<int> _rules = Number("--rules", "Rules of the sender's security group, in setup-policy.", 1000, 0, 50_000);
    private readonly Option<int> _members = Number("--members", "Members of a group, in ecmp and setup-service.", 8, 1, 4096);
    private readonly Option<double> _seconds = new("--seconds") { Description = "Time to measure, after warming up.", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _repeat = Number("--repeat", "How often to measure.", 1, 1, 1000);

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all = [_flows, _frame, _workers, _batch, _rules, _members, _seconds, _repeat];
        Array.ForEach(all, command.Add);

        _seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 3600))
            {
                result.AddError("--seconds takes a time above 0, 3600 at most.");
            }
        });
    }

    /// <summary>What was asked for.</summary>
    public Plan Read(ParseResult result) => new(
        result.GetValue(_flows), result.GetValue(_frame), result.GetValue(_workers), result.GetValue(_batch),
        result.GetValue(_seconds), result.GetValue(_repeat))
    {
        Rules = result.GetValue(_rules),
        Members = result.GetValue(_members),
    };

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} {least} to {most}.", DefaultValueFactory = _ => usual };

        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is int value && (value < least || value > most))
            {
                result.AddError($"{name} takes {least} to {most}, not {value}.");
            }
        });

        return option;
    }
}
