using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>A system call failed: which one, with which errno, and what to do about it.</summary>
public sealed class SystemCallException(string call, int errno, string advice)
    : Exception($"{call}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}). {advice}")
{
    /// <summary>The name of the call, as in its manual page.</summary>
    public string Call { get; } = call;

    /// <summary>The error number, errno(3).</summary>
    public int Errno { get; } = errno;

    internal static SystemCallException Last(string call, string advice) => new(call, Marshal.GetLastPInvokeError(), advice);
}
