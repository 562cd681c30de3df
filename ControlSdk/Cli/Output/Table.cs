using System.Text;

namespace VRouter.ControlSdk.Cli;

/// <summary>
/// Rows under heads, as wide as what stands in them. They go out as they come once enough have been seen to know the widths, so that a
/// list may be of any length.
/// </summary>
/// <param name="output">Where they go.</param>
/// <param name="columns">What each row shows.</param>
/// <param name="isLive">Whether somebody looks on: every row goes out at once.</param>
internal sealed class Table<T>(StandardOutput output, IReadOnlyList<Column<T>> columns, bool isLive = false)
{
    private const int LookAhead = 500;
    private const string Between = "  ";

    private readonly int[] _widths = [.. columns.Select(column => Math.Max(column.Title.Length, column.Width))];
    private readonly List<string[]> _waiting = [];
    private bool _isOpen;

    public void Add(T item)
    {
        string[] row = [.. columns.Select(column => column.Text(item) is { Length: > 0 } text ? text : "-")];

        if (_isOpen)
        {
            Print(row);
        }
        else
        {
            Keep(row);
        }
    }

    /// <summary>Prints what waits, and at least the heads.</summary>
    public void Open()
    {
        if (_isOpen)
        {
            return;
        }

        _isOpen = true;
        Print([.. columns.Select(column => column.Title)]);
        _waiting.ForEach(Print);
        _waiting.Clear();
    }

    private void Keep(string[] row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], row[i].Length);
        }

        _waiting.Add(row);

        if (isLive || _waiting.Count == LookAhead)
        {
            Open();
        }
    }

    private void Print(string[] row)
    {
        var line = new StringBuilder();

        for (int i = 0; i < row.Length; i++)
        {
            line.Append(i == 0 ? "" : Between).Append(columns[i].IsNumber ? row[i].PadLeft(_widths[i]) : row[i].PadRight(_widths[i]));
        }

        output.WriteLine(line.ToString().TrimEnd());

        if (isLive)
        {
            output.Flush();
        }
    }
}
