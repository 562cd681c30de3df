namespace VRouter.ControlSdk.Server;

/// <summary>What a state file holds, once all of it has been found as it was written.</summary>
/// <param name="End">Where its last whole record ends.</param>
/// <param name="TornBytes">Bytes behind that, of a record that was never finished.</param>
/// <param name="Sequence">The number of the last change.</param>
/// <param name="Changes">Changes since the state that it begins with.</param>
/// <param name="Mark">The owner's own bytes.</param>
internal sealed record StateSummary(long End, long TornBytes, ulong Sequence, long Changes, byte[] Mark)
{
    /// <summary>Objects that its records put or delete.</summary>
    public long Objects { get; set; }

    /// <summary>Reads a file to its end.</summary>
    /// <exception cref="StateException">It is damaged, or of another version.</exception>
    public static StateSummary Of(string path)
    {
        using FileStream file = Open(path);
        var reader = new StateReader(file, path);
        byte[] mark = [];
        long changes = 0;

        while (reader.TryRead())
        {
            changes += reader.Record.Kind == StateRecordKind.Change ? 1 : 0;
            mark = reader.Record.Kind == StateRecordKind.Mark ? reader.Payload.ToArray() : mark;
        }

        return new StateSummary(reader.End, reader.TornBytes, reader.Sequence, changes, mark);
    }

    /// <summary>Opens a file to be read.</summary>
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, FileOptions.SequentialScan);
}
