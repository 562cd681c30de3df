using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>An open file descriptor; closed once, when its owner lets go.</summary>
internal sealed class FileDescriptor : SafeHandle
{
    private FileDescriptor(int number) : base(-1, ownsHandle: true) => SetHandle(number);

    /// <summary>The descriptor itself; -1 once closed, so that nothing reaches who was given the number next.</summary>
    internal int Number => IsClosed ? -1 : (int)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>Takes the result of a call that makes a descriptor; -1 becomes an exception.</summary>
    /// <param name="result">The descriptor, or -1.</param>
    /// <param name="call">The call, for the error.</param>
    /// <param name="advise">What to do about an errno; null, or an answer of null: what is generally to be done.</param>
    internal static FileDescriptor Own(int result, string call, Func<int, string?>? advise = null) =>
        result < 0 ? throw SystemCallException.Last(call, advise) : new FileDescriptor(result);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
