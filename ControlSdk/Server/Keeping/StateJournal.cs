using Microsoft.Extensions.Logging;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The state file while a data plane runs: each change is written at its end before packets see it; who waits for the disk waits together; and when
/// most of the file is about what has changed since, it is written anew, beside the changes that come meanwhile.
/// </summary>
internal sealed class StateJournal(string path, StateSummary summary, ILogger log) : IDisposable
{
    /// <summary>Changed objects that are in the file beside twice those that there are, before it is written anew.</summary>
    public const int DefaultSlack = 1 << 16;

    private readonly string _path = path;
    private readonly Lock _gate = new();        // the end of the file
    private readonly Lock _disk = new();        // which file it is; taken before the other one
    private readonly RecordWriter _writer = new();
    private StateFile _file = StateFile.Open(path, summary.End);
    private byte[] _mark = summary.Mark;
    private ulong _sequence = summary.Sequence;
    private long _objects = summary.Objects;
    private long _retryAt;
    private long _appended, _flushed;
    private TaskCompletionSource? _waiting;
    private bool _isFlushing;
    private Task _rewriting = Task.CompletedTask;
    private StateException? _failure;

    /// <summary>See <see cref="DefaultSlack"/>.</summary>
    public int Slack { get; init; } = DefaultSlack;

    /// <summary>The owner's own bytes.</summary>
    public ReadOnlySpan<byte> Mark => _mark;

    /// <summary>Writes a change.</summary>
    /// <exception cref="StateException">It cannot be written; the file is as it was.</exception>
    public void Keep(Transaction change, DataPlane dataPlane)
    {
        lock (_gate)
        {
            RewriteIfDue(dataPlane);
            Append(_writer.Write(StateRecordKind.Change, _sequence + 1, change));
            _sequence++;
            _objects += change.Count + 1;
        }
    }

    /// <summary>Writes the owner's own bytes.</summary>
    public void KeepMark(ReadOnlySpan<byte> mark)
    {
        lock (_gate)
        {
            Append(_writer.Write(StateRecordKind.Mark, _sequence, mark));
            _mark = mark.ToArray();
            _objects++;
        }
    }

    /// <summary>Completes when all that was written up to now is on disk: a write to the disk for all who wait at a time.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                return Task.FromException(_failure);
            }

            if (_flushed == _appended)
            {
                return Task.CompletedTask;
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

            if (!_isFlushing)
            {
                _isFlushing = true;
                _ = Task.Run(FlushForAll);
            }

            return _waiting.Task;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rewriting.Wait();
        ((IAsyncResult)FlushAsync()).AsyncWaitHandle.WaitOne();

        lock (_disk)
        {
            lock (_gate)
            {
                _failure ??= new StateException($"{_path} is closed");
                _file.Dispose();
            }
        }
    }

    private void Append(ReadOnlySpan<byte> record)
    {
        if (_failure is not null)
        {
            throw new StateException(_failure.Message, _failure);
        }

        try
        {
            _file.Append(record);
            _appended++;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateException($"{_path} cannot be written: {e.Message}", e);
        }
    }

    private void FlushForAll()
    {
        while (TakeWaiting() is (var waiting, var appended))
        {
            try
            {
                lock (_disk)
                {
                    _file.Flush();
                }

                lock (_gate)
                {
                    _flushed = Math.Max(_flushed, appended);
                }

                waiting.SetResult();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                waiting.SetException(Fail(e));
            }
        }
    }

    private (TaskCompletionSource Waiting, long Appended)? TakeWaiting()
    {
        lock (_gate)
        {
            if (_waiting is not { } waiting)
            {
                _isFlushing = false;
                return null;
            }

            _waiting = null;
            return (waiting, _appended);
        }
    }

    /// <summary>What a disk has failed to write may be gone from memory too (fsync(2)): nothing more is said to be kept.</summary>
    private StateException Fail(Exception e)
    {
        lock (_gate)
        {
            return _failure ??= new StateException($"{_path} did not reach the disk: {e.Message}. Changes are refused until the vRouter is started again", e);
        }
    }

    private void RewriteIfDue(DataPlane dataPlane)
    {
        if (_rewriting.IsCompleted && _objects >= _retryAt && _objects > (2L * dataPlane.ObjectCount) + Slack)
        {
            var rewrite = new StateRewrite(dataPlane.ExportPieces(), _mark, _sequence, _file.Length, _objects);
            _rewriting = Task.Run(() => Rewrite(rewrite));
        }
    }

    private void Rewrite(StateRewrite rewrite)
    {
        string path = _path + ".new";
        StateFile? file = null;

        try
        {
            file = rewrite.Write(path);
            long copied = CopyTail(rewrite, file);
            Replace(rewrite, file, copied);
            log.StateRewritten(_path, file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            File.Delete(path);
            log.StateNotRewritten(_path, e.Message);

            lock (_gate)
            {
                _retryAt = 2 * _objects;
            }
        }
    }

    /// <summary>Most of what has been written since the rewrite began, while more is written.</summary>
    private long CopyTail(StateRewrite rewrite, StateFile file)
    {
        long end;

        lock (_gate)
        {
            end = _file.Length;
        }

        file.AppendFrom(_file, rewrite.From, end);
        file.Flush();
        return end;
    }

    private void Replace(StateRewrite rewrite, StateFile file, long copied)
    {
        lock (_disk)
        {
            lock (_gate)
            {
                file.AppendFrom(_file, copied, _file.Length);
                file.Flush();
                file.MoveTo(_path);

                _file.Dispose();
                _file = file;
                _objects += rewrite.Objects - rewrite.ObjectsBefore;
                _flushed = _appended;
            }

            // From here on the new file is the state, whatever the directory says.
            try
            {
                DirectoryEntries.Flush(Path.GetDirectoryName(_path)!);
            }
            catch (SystemCallException e)
            {
                Fail(e);
            }
        }
    }
}
