namespace VRouter.Native;

/// <summary>Error numbers that are told apart (asm-generic/errno.h).</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int E2BIG = 7;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int ENODEV = 19;
    internal const int EINVAL = 22;
    internal const int ENOSPC = 28;
    internal const int ERANGE = 34;
    internal const int ENOSYS = 38;
    internal const int ENOPROTOOPT = 92;
    internal const int EPROTONOSUPPORT = 93;
    internal const int EOPNOTSUPP = 95;
    internal const int EAFNOSUPPORT = 97;
    internal const int ENETDOWN = 100;
    internal const int ENOBUFS = 105;

    /// <summary>"EBUSY", or the number where no name is known here.</summary>
    internal static string Name(int errno) => errno switch
    {
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        EINTR => nameof(EINTR),
        E2BIG => nameof(E2BIG),
        EAGAIN => nameof(EAGAIN),
        ENOMEM => nameof(ENOMEM),
        EACCES => nameof(EACCES),
        EBUSY => nameof(EBUSY),
        EEXIST => nameof(EEXIST),
        ENODEV => nameof(ENODEV),
        EINVAL => nameof(EINVAL),
        ENOSPC => nameof(ENOSPC),
        ERANGE => nameof(ERANGE),
        ENOSYS => nameof(ENOSYS),
        ENOPROTOOPT => nameof(ENOPROTOOPT),
        EPROTONOSUPPORT => nameof(EPROTONOSUPPORT),
        EOPNOTSUPP => nameof(EOPNOTSUPP),
        EAFNOSUPPORT => nameof(EAFNOSUPPORT),
        ENETDOWN => nameof(ENETDOWN),
        ENOBUFS => nameof(ENOBUFS),
        _ => $"errno {errno}",
    };

    /// <summary>What to do about an error where the caller knows nothing more precise.</summary>
    internal static string Advice(int errno) => errno switch
    {
        EPERM or EACCES => "Run as root, or with CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF and, for namespaces, CAP_SYS_ADMIN.",
        ENODEV or ENOENT => "Check the name, and that it is in the network namespace asked for.",
        EBUSY => "Another program is using it: stop that one or choose another.",
        EEXIST => "It is there already: remove it or choose another name.",
        ENOMEM or ENOBUFS => "Out of memory: lower the number of frames or queues, or raise the memory limits (ulimit -l, the control group).",
        ENOSYS or EOPNOTSUPP or EAFNOSUPPORT or EPROTONOSUPPORT or ENOPROTOOPT => "This kernel or driver cannot do it.",
        _ => "The kernel's log (dmesg) may say more.",
    };
}
