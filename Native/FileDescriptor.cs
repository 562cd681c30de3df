using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>An open file descriptor; closed once, when its owner lets go.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    private FileDescriptor(int number) : base(-1, ownsHandle: true) => SetHandle(number);

    internal int Number => (int)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>Takes the result of a call that makes a descriptor; -1 becomes an exception.</summary>
    internal static FileDescriptor Own(int result, string call, string? advice = null) =>
        result < 0 ? throw SystemCallException.Last(call, advice) : new FileDescriptor(result);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
