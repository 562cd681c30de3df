using System.Diagnostics;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// A directory in which the state of a data plane outlives the process: what was applied is restored at the next start, before the first packet.
/// </summary>
/// <remarks>
/// <para>
/// When <see cref="DataPlane.Apply"/> returns, the change is in the file, and survives the end of the process, whatever ends it. To survive the end of
/// the machine it has to be on disk: <see cref="FlushAsync"/>. A <see cref="ControlServer"/> with this directory answers no change before that.
/// What cannot be written is refused by a <see cref="StateException"/> from Apply, and changes nothing.
/// </para>
/// <para>
/// The file <c>state</c> in it is a snapshot and the transactions since, as messages of the contract, each with a checksum and a number;
/// ControlSdk/README.md describes it. It belongs to one process at a time. Flows are not kept.
/// </para>
/// </remarks>
public sealed class StateDirectory : IStateKeeper, IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>EWOULDBLOCK of flock(2): "the file is locked".</summary>
    private const int WouldBlock = 11;

    private readonly string _file;
    private readonly FileStream _lock;
    private readonly ILogger _log;
    private readonly StateSummary _summary;
    private readonly int _slack;
    private StateJournal? _journal;
    private DataPlane? _dataPlane;

    private StateDirectory(string path, ILoggerFactory logging, int slack)
    {
        Path = path;
        _file = System.IO.Path.Combine(path, "state");
        _log = logging.CreateLogger<StateDirectory>();
        _slack = slack;
        _lock = Lock(path);

        try
        {
            if (!File.Exists(_file))
            {
                CreateFile();
            }

            // A rewrite that was never finished.
            File.Delete(_file + ".new");
            _summary = StateSummary.Of(_file);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Whether nothing was ever kept in it.</summary>
    public bool IsNew => _summary.Sequence == 0;

    /// <summary>Some bytes of the owner's own, kept with the state: <see cref="KeepMark"/>. Empty if there are none.</summary>
    public ReadOnlySpan<byte> Mark => _journal is null ? _summary.Mark : _journal.Mark;

    /// <summary>Opens a directory, or makes it. All of what it holds is read and checked; nothing is changed.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="logging">Where it is said what was restored, and what is wrong.</param>
    /// <exception cref="StateException">It cannot be written, another process has it, or what it holds is damaged or of another version.</exception>
    public static StateDirectory Open(string path, ILoggerFactory? logging = null) => Open(path, logging, StateJournal.DefaultSlack);

    /// <summary>The same, with another <see cref="StateJournal.Slack"/>.</summary>
    internal static StateDirectory Open(string path, ILoggerFactory? logging, int slack)
    {
        string full = System.IO.Path.GetFullPath(path);

        try
        {
            Directory.CreateDirectory(full, OwnerOnly);
            return new StateDirectory(full, logging ?? NullLoggerFactory.Instance, slack);
        }
        catch (Exception e) when (e is IOException and not StateException or UnauthorizedAccessException or SystemCallException)
        {
            throw new StateException($"{full}: no state can be kept there: {e.Message}", e);
        }
    }

    /// <summary>
    /// Brings a new data plane, not yet started, to the state that was kept, and keeps every change of it from here on. A port that cannot be opened
    /// is no reason not to start: its interface is restored without, and the log says so.
    /// </summary>
    /// <exception cref="StateException">This version of the vRouter cannot make that state. The data plane is to be thrown away; what is kept is untouched.</exception>
    /// <exception cref="InvalidOperationException">A state has been applied already.</exception>
    public void RestoreInto(DataPlane dataPlane)
    {
        long started = Stopwatch.GetTimestamp();

        if (_summary.TornBytes > 0)
        {
            _log.StateTorn(_file, _summary.TornBytes);
        }

        IReadOnlyList<Problem> closed;

        try
        {
            closed = dataPlane.Restore(Kept(), this);
        }
        catch (InvalidDataException e)
        {
            throw new StateException($"{_file}: this version cannot make that state: {e.Message}", e);
        }

        _journal = new StateJournal(_file, _summary, _log) { Slack = _slack };
        _dataPlane = dataPlane;

        foreach (Problem problem in closed)
        {
            _log.RestoredWithoutPort(problem.Object.ToString(), problem.Message);
        }

        _log.StateRestored(_file, dataPlane.ObjectCount, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Completes when all changes that have taken effect up to now are on disk. Who waits at the same time waits for one write.</summary>
    /// <exception cref="StateException">The disk failed. What has taken effect stays so until the process ends; more changes are refused.</exception>
    public Task FlushAsync() => Journal.FlushAsync();

    /// <summary>Keeps some bytes of the owner's own, in the place of those before: where the state came from, for one.</summary>
    /// <exception cref="StateException">They cannot be written.</exception>
    public void KeepMark(ReadOnlySpan<byte> mark) => Journal.KeepMark(mark);

    /// <summary>Lets go of the directory. The data plane is not to be changed any more.</summary>
    public void Dispose()
    {
        _journal?.Dispose();
        _lock.Dispose();
    }

    void IStateKeeper.Keep(Transaction change) => Journal.Keep(change, _dataPlane!);

    private StateJournal Journal => _journal ?? throw new InvalidOperationException("no data plane has been restored yet");

    /// <summary>A lock that goes with the process, however that ends.</summary>
    private static FileStream Lock(string path)
    {
        string file = System.IO.Path.Combine(path, "lock");

        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new StateException($"{path}: another process keeps its state there (fuser {file} tells which)", e);
        }
    }

    /// <summary>A file that begins with nothing; there whole or not at all.</summary>
    private void CreateFile()
    {
        using StateFile file = new StateRewrite([], [], sequence: 0, from: 0, objectsBefore: 0).Write(_file + ".new");
        file.Flush();
        file.MoveTo(_file);
        DirectoryEntries.Flush(Path);
    }

    private IEnumerable<Transaction> Kept()
    {
        using FileStream file = StateSummary.Open(_file);
        var reader = new StateReader(file, _file);
        List<V1.Problem> problems = [];
        var transaction = new Transaction();

        while (reader.TryRead())
        {
            if (reader.Record.Kind is StateRecordKind.SnapshotPiece or StateRecordKind.Change)
            {
                transaction.Clear();
                Read(reader, transaction, problems);
                _summary.Objects += transaction.Count + (reader.Record.Kind == StateRecordKind.Change ? 1 : 0);
                yield return transaction;
            }
        }
    }

    private static void Read(StateReader reader, Transaction transaction, List<V1.Problem> problems)
    {
        try
        {
            TransactionWire.Read(reader.Payload, transaction, problems);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        if (problems.Count > 0)
        {
            throw new InvalidDataException(ContractText.Describe(problems[0]));
        }
    }
}
