using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>The C library's system calls under their own names: all of the interop is here.</summary>
internal static unsafe partial class Libc
{
    private const string Name = "libc";

    // Descriptors

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int close(int descriptor);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint read(int descriptor, void* buffer, nuint count);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint write(int descriptor, void* buffer, nuint count);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint readv(int descriptor, iovec* vectors, int count);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint writev(int descriptor, iovec* vectors, int count);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int flock(int descriptor, int operation);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int fsync(int descriptor);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int ppoll(pollfd* descriptors, nuint count, timespec* timeout, void* signals);

    // Time

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int clock_gettime(int clock, timespec* time);

    // Sockets

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int bind(int descriptor, void* address, uint length);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int setsockopt(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int getsockopt(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint sendto(int descriptor, void* buffer, nuint length, int flags, void* address, uint addressLength);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint recvfrom(int descriptor, void* buffer, nuint length, int flags, void* address, uint* addressLength);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int sendmmsg(int descriptor, mmsghdr* messages, uint count, int flags);

    // Users, groups, files

    [LibraryImport(Name)]
    internal static partial uint geteuid();

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int getgrnam_r(string name, group* entry, byte* buffer, nuint length, group** result);

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int chown(string path, uint owner, uint group);

    // Memory

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint mmap(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int munmap(nint address, nuint length);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int mprotect(nint address, nuint length, int protection);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int madvise(nint address, nuint length, int advice);

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int memfd_create(string name, uint flags);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int ftruncate(int descriptor, nint length);

    // Threads, namespaces, mounts

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int sched_setaffinity(int thread, nuint size, void* mask);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int sched_getaffinity(int thread, nuint size, void* mask);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int setns(int descriptor, int kind);

    [LibraryImport(Name, SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mount(string source, string target, string type, nuint flags, void* data);

    [LibraryImport(Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int umount2(string target, int flags);

    // bpf(2) has no wrapper in the C library.

    [LibraryImport(Name, SetLastError = true)]
    internal static partial nint syscall(nint number, nint command, void* attributes, nuint size);

    // Neither has perf_event_open(2).

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint perf_event_open(nint number, void* attributes, nint process, nint cpu, nint group, nuint flags);

    /// <summary>struct group, grp.h.</summary>
    internal struct group
    {
        public byte* gr_name;
        public byte* gr_passwd;
        public uint gr_gid;
        public byte** gr_mem;
    }

    /// <summary>struct iovec, sys/uio.h.</summary>
    internal struct iovec
    {
        public void* iov_base;
        public nuint iov_len;
    }

    /// <summary>struct mmsghdr, sys/socket.h, with the struct msghdr in it.</summary>
    internal struct mmsghdr
    {
        public void* msg_name;
        public uint msg_namelen;
        public iovec* msg_iov;
        public nuint msg_iovlen;
        public void* msg_control;
        public nuint msg_controllen;
        public int msg_flags;
        public ulong msg_len;
    }

    /// <summary>struct pollfd, poll.h.</summary>
    internal struct pollfd
    {
        public int fd;
        public short events;
        public short revents;
    }

    /// <summary>struct timespec, time.h.</summary>
    internal struct timespec
    {
        public nint tv_sec;
        public nint tv_nsec;
    }
}
