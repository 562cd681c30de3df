using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>A system call failed: which one, with which errno, and what to do about it.</summary>
public sealed class SystemCallException(string call, int errno, string advice)
    : Exception($"{call}: {Marshal.GetPInvokeErrorMessage(errno)} ({Native.Errno.Name(errno)}). {advice}")
{
    /// <summary>The name of the call, as in its manual page, and what it was about: "bind(AF_XDP, eth0, queue 0)".</summary>
    public string Call { get; } = call;

    /// <summary>The error number, errno(3).</summary>
    public int Errno { get; } = errno;

    /// <summary>The failure of the call just made on this thread.</summary>
    internal static SystemCallException Last(string call, Func<int, string?>? advise = null)
    {
        int errno = Marshal.GetLastPInvokeError();      // before finding advice makes calls of its own
        return For(call, errno, advise?.Invoke(errno));
    }

    internal static SystemCallException For(string call, int errno, string? advice = null) =>
        new(call, errno, advice ?? Native.Errno.Advice(errno));
}
