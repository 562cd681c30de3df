using Google.Protobuf;

namespace VRouter.ControlSdk.Cli;

/// <summary>Messages of one kind: a table for people, or JSON, one a line.</summary>
/// <param name="session">Says which.</param>
/// <param name="columns">What the table shows.</param>
/// <param name="isLive">Whether somebody looks on: every message goes out at once.</param>
internal sealed class Listing<T>(Session session, IReadOnlyList<Column<T>> columns, bool isLive = false) where T : IMessage
{
    private readonly Table<T> _table = new(session.Output, columns, isLive);

    public void Add(T item)
    {
        if (!session.IsJson)
        {
            _table.Add(item);
            return;
        }

        session.Output.WriteJson(item);

        if (isLive)
        {
            session.Output.Flush();
        }
    }

    /// <summary>Adds all that come, until no more do.</summary>
    public async Task AddAsync(IAsyncEnumerable<T> items)
    {
        if (isLive && !session.IsJson)
        {
            _table.Open();
        }

        await foreach (T item in items)
        {
            Add(item);
        }

        End();
    }

    /// <summary>There are no more.</summary>
    public void End()
    {
        if (!session.IsJson)
        {
            _table.Open();
        }
    }
}
