using Microsoft.Win32.SafeHandles;

namespace VRouter.ControlSdk.Server;

/// <summary>A state file that is written at its end.</summary>
internal sealed class StateFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _stream;
    private string _path;

    private StateFile(string path, FileMode mode)
    {
        _path = path;
        _stream = new FileStream(path, new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = mode == FileMode.Create ? OwnerOnly : null,
        });
    }

    /// <summary>Bytes of whole records.</summary>
    public long Length { get; private set; }

    private SafeFileHandle Handle => _stream.SafeFileHandle;

    /// <summary>Makes a file, or makes one empty, with a header and no record.</summary>
    public static StateFile Create(string path)
    {
        var file = new StateFile(path, FileMode.Create);

        try
        {
            file.Append(StateFormat.Header());
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file to go on at a place; what there is behind it goes.</summary>
    public static StateFile Open(string path, long length)
    {
        var file = new StateFile(path, FileMode.Open) { Length = length };

        if (RandomAccess.GetLength(file.Handle) > length)
        {
            RandomAccess.SetLength(file.Handle, length);
            file.Flush();
        }

        return file;
    }

    /// <summary>Adds whole records, or, with an exception, nothing.</summary>
    public void Append(ReadOnlySpan<byte> records)
    {
        try
        {
            RandomAccess.Write(Handle, records, Length);
        }
        catch (IOException)
        {
            // Should this fail too: the next records are written over it, and at a start it is what was never finished.
            TryCut();
            throw;
        }

        Length += records.Length;
    }

    /// <summary>Adds what another file has from a place on, up to another place.</summary>
    public void AppendFrom(StateFile other, long from, long to)
    {
        byte[] buffer = new byte[1 << 20];

        while (from < to)
        {
            int read = RandomAccess.Read(other.Handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from)), from);

            if (read == 0)
            {
                throw new IOException($"{other._path} has become shorter");
            }

            Append(buffer.AsSpan(0, read));
            from += read;
        }
    }

    /// <summary>Waits until all of it is on disk.</summary>
    public void Flush() => RandomAccess.FlushToDisk(Handle);

    /// <summary>Puts the file in the place of another one; for good when its directory is flushed.</summary>
    public void MoveTo(string path)
    {
        File.Move(_path, path, overwrite: true);
        _path = path;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void TryCut()
    {
        try
        {
            RandomAccess.SetLength(Handle, Length);
        }
        catch (IOException)
        {
        }
    }
}
