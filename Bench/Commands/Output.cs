using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Commands;

/// <summary>Figures on standard output: a table with its heading, or one JSON object a line.</summary>
internal sealed class Output(bool json)
{
    private bool _hasHeading;

    /// <summary>Writes the figures of a repeat.</summary>
    public void Write(Measurement measurement)
    {
        if (!json && !_hasHeading)
        {
            _hasHeading = true;
            Console.WriteLine(Measurement.Heading);
        }

        Console.WriteLine(json ? measurement.ToJson() : measurement.ToString());
    }

    /// <summary>Writes what came of pairs.</summary>
    public void Write(Comparison comparison) => Console.WriteLine(json ? comparison.ToJson() : comparison.ToString());

    /// <summary>Writes a line for people, on standard error where programs read the other.</summary>
    public void Write(FormattableString line) => (json ? Console.Error : Console.Out).WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
