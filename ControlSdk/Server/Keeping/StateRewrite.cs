using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>A state file to be written anew: the state as it stands, in the place of all that led to it.</summary>
/// <param name="pieces">The state.</param>
/// <param name="mark">The owner's own bytes.</param>
/// <param name="sequence">The number of the last change that is in it.</param>
/// <param name="from">Where in the old file the changes go on.</param>
/// <param name="objectsBefore">Changed objects in the old file up to there.</param>
internal sealed class StateRewrite(IReadOnlyList<Transaction> pieces, byte[] mark, ulong sequence, long from, long objectsBefore)
{
    /// <summary>Where in the old file the changes go on.</summary>
    public long From => from;

    /// <summary>Changed objects in the old file up to there.</summary>
    public long ObjectsBefore => objectsBefore;

    /// <summary>Objects of the state.</summary>
    public long Objects { get; } = pieces.Sum(piece => (long)piece.Count);

    /// <summary>Writes the new file, up to where the changes go on.</summary>
    public StateFile Write(string path)
    {
        StateFile file = StateFile.Create(path);

        try
        {
            var writer = new RecordWriter();

            foreach (Transaction piece in pieces)
            {
                file.Append(writer.Write(StateRecordKind.SnapshotPiece, sequence, piece));
            }

            file.Append(writer.Write(StateRecordKind.SnapshotEnd, sequence, []));

            if (mark.Length > 0)
            {
                file.Append(writer.Write(StateRecordKind.Mark, sequence, mark));
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
