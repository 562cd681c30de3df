namespace VRouter.ControlSdk.Server;

/// <summary>
/// Reads a state file from its beginning. Only its end may be missing: the record that was being written when the process or the machine stopped,
/// which nobody was told of. Everything else that is not as it was written is damage, and then nothing of it is taken.
/// </summary>
internal sealed class StateReader
{
    private readonly Stream _file;
    private readonly string _path;
    private readonly long _length;
    private readonly byte[] _head = new byte[StateRecord.HeadLength];
    private byte[] _payload = new byte[1 << 16];
    private bool _isInSnapshot = true;

    /// <summary>Reads the header.</summary>
    /// <exception cref="StateException">It is none, or of another version.</exception>
    public StateReader(Stream file, string path)
    {
        (_file, _path, _length) = (file, path, file.Length);
        Span<byte> header = stackalloc byte[StateFormat.HeaderLength];
        int read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);

        if (StateFormat.ProblemOf(header[..read]) is { } problem)
        {
            throw Damage(problem);
        }

        End = StateFormat.HeaderLength;
    }

    /// <summary>Where the last whole record ends.</summary>
    public long End { get; private set; }

    /// <summary>Bytes of a last record that was never finished.</summary>
    public long TornBytes => _length - End;

    /// <summary>The number of the last change.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The payload of the record read last, until the next one is.</summary>
    public ReadOnlySpan<byte> Payload => _payload.AsSpan(0, Record.Length);

    /// <summary>The head of the record read last.</summary>
    public StateRecord Record { get; private set; }

    /// <summary>Reads the next record; false when there is no other whole one.</summary>
    /// <exception cref="StateException">The file is damaged here.</exception>
    public bool TryRead()
    {
        if (!TryReadWhole())
        {
            return _isInSnapshot ? throw Damage("it is cut off inside the state that it begins with") : false;
        }

        Check(Record);
        Sequence = Record.Sequence;
        End += StateRecord.HeadLength + Record.Length;
        return true;
    }

    private bool TryReadWhole()
    {
        if (_length - End < StateRecord.HeadLength)
        {
            return false;
        }

        _file.ReadExactly(_head);

        if (!StateRecord.TryRead(_head, out StateRecord record))
        {
            // Some file systems show zeros where the machine stopped before the bytes were there.
            return IsZeroToTheEnd() ? false : throw Damage("the head of a record is not what was written");
        }

        if (_length - End - StateRecord.HeadLength < record.Length)
        {
            return false;
        }

        if (_payload.Length < record.Length)
        {
            _payload = new byte[record.Length];
        }

        _file.ReadExactly(_payload, 0, record.Length);
        Record = record;

        return StateFormat.ChecksumOf(Payload) == record.Checksum ? true : throw Damage("a record is not what was written");
    }

    /// <summary>A file begins with a state, if only the empty one, and no change is missing.</summary>
    private void Check(in StateRecord record)
    {
        bool isFirst = End == StateFormat.HeaderLength;
        bool isExpected = record.Kind switch
        {
            StateRecordKind.SnapshotPiece or StateRecordKind.SnapshotEnd => _isInSnapshot && (isFirst || record.Sequence == Sequence),
            StateRecordKind.Change => !_isInSnapshot && record.Sequence == Sequence + 1,
            StateRecordKind.Mark => record.Sequence == Sequence,
            _ => throw Damage($"a record is of kind {(uint)record.Kind}, which this vRouter does not know: take the version that wrote it"),
        };

        if (!isExpected)
        {
            throw Damage("a record is missing, or there twice");
        }

        _isInSnapshot &= record.Kind != StateRecordKind.SnapshotEnd;
    }

    private bool IsZeroToTheEnd()
    {
        bool isZero = !_head.AsSpan().ContainsAnyExcept((byte)0);
        byte[] rest = new byte[1 << 16];
        int read;

        while (isZero && (read = _file.Read(rest)) > 0)
        {
            isZero = !rest.AsSpan(0, read).ContainsAnyExcept((byte)0);
        }

        return isZero;
    }

    private StateException Damage(string problem) =>
        new($"{_path}: at byte {End}: {problem}. It is left as it is: put an intact copy in its place, or move it away to start with nothing");
}
