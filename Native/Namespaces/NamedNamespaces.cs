namespace VRouter.Native;

/// <summary>The directory of named network namespaces, shared with iproute2: a file a name, with the namespace mounted over it.</summary>
internal static unsafe class NamedNamespaces
{
    internal const string Directory = "/run/netns";

    private const nuint Bind = 0x1000, Recursive = 0x4000, Shared = 0x100000;   // MS_BIND, MS_REC, MS_SHARED, sys/mount.h

    internal static string PathOf(string name) => $"{Directory}/{name}";

    /// <summary>Gives the current thread's namespace a name.</summary>
    internal static void Publish(string name)
    {
        if (name.Length == 0 || name.Contains('/') || name is "." or "..")
        {
            throw new ArgumentException($"'{name}' is no name for a network namespace", nameof(name));
        }

        PrepareDirectory();

        string path = PathOf(name);

        // O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, fcntl.h
        FileDescriptor.Own(Libc.open(path, 0x40 | 0x80 | 0x80000, 0), $"open({path})").Dispose();

        if (Libc.mount("/proc/thread-self/ns/net", path, "none", Bind, null) < 0)
        {
            SystemCallException failure = SystemCallException.Last($"mount({path})");
            File.Delete(path);
            throw failure;
        }
    }

    internal static void Withdraw(string name)
    {
        string path = PathOf(name);

        if (Libc.umount2(path, 2) < 0)      // MNT_DETACH
        {
            throw SystemCallException.Last($"umount2({path})");
        }

        File.Delete(path);
    }

    /// <summary>The directory is a shared mount, so that names appear and go in every mount namespace (ip-netns(8)).</summary>
    private static void PrepareDirectory()
    {
        System.IO.Directory.CreateDirectory(Directory);

        // One program at a time, as iproute2 has it: O_RDONLY | O_DIRECTORY | O_CLOEXEC, then LOCK_EX.
        using FileDescriptor directory = FileDescriptor.Own(Libc.open(Directory, 0x10000 | 0x80000, 0), $"open({Directory})");
        _ = Libc.flock(directory.Number, 2);

        if (Libc.mount("", Directory, "none", Shared | Recursive, null) == 0)
        {
            return;
        }

        // Not a mount point yet.
        if (Libc.mount(Directory, Directory, "none", Bind | Recursive, null) < 0 || Libc.mount("", Directory, "none", Shared | Recursive, null) < 0)
        {
            throw SystemCallException.Last($"mount({Directory})");
        }
    }
}
