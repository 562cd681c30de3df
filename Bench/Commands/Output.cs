using System.Globalization;
using VRouter.Bench.Measuring;

namespace VRouter.Bench.Commands;

/// <summary>Figures on standard output: a table below its heading, or one JSON object a line.</summary>
internal sealed class Output(bool json, string heading)
{
    private bool _hasHeading;

    /// <summary>Writes figures, as an object or as a row.</summary>
    public void Write(Figures figures)
    {
        WriteHeading();
        Console.WriteLine(json ? figures.ToJson() : figures.ToString());
    }

    /// <summary>Writes a line for people: beside the objects, not among them.</summary>
    public void Say(FormattableString line)
    {
        WriteHeading();
        (json ? Console.Error : Console.Out).WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private void WriteHeading()
    {
        if (!json && !_hasHeading)
        {
            _hasHeading = true;
            Console.WriteLine(heading);
        }
    }
}
