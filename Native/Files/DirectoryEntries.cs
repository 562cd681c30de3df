namespace VRouter.Native;

/// <summary>The names in a directory, as far as they have to outlive the machine's power: a file that was renamed is there when its directory is written.</summary>
public static class DirectoryEntries
{
    private const int ReadDirectory = 0x90000;      // O_RDONLY | O_DIRECTORY | O_CLOEXEC of x86-64

    /// <summary>Waits until the names are on disk (fsync(2): "an explicit fsync() on a file descriptor for the directory is also needed").</summary>
    /// <exception cref="SystemCallException">They cannot be written.</exception>
    public static void Flush(string path)
    {
        using FileDescriptor directory = FileDescriptor.Own(Libc.open(path, ReadDirectory, 0), $"open({path})");

        if (Libc.fsync(directory.Number) < 0)
        {
            throw SystemCallException.Last($"fsync({path})");
        }
    }
}
