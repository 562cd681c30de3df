using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>Processor cycles of one thread in user mode, counted by the hardware (perf_event_open(2)).</summary>
public sealed unsafe partial class PerfCounter : SafeHandle
{
    private const uint Hardware = 0;                    // PERF_TYPE_HARDWARE, linux/perf_event.h
    private const ulong CpuCycles = 0;                  // PERF_COUNT_HW_CPU_CYCLES
    private const ulong ExcludeKernel = 1 << 5, ExcludeHypervisor = 1 << 6;
    private const uint FirstAttributeSize = 64;         // PERF_ATTR_SIZE_VER0
    private const nuint CloseOnExec = 1 << 3;           // PERF_FLAG_FD_CLOEXEC

    private PerfCounter(nint descriptor) : base(-1, ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>Counts the calling thread's cycles; null where there is no such counter (most virtual machines) or it is not allowed.</summary>
    public static PerfCounter? TryOpenCycles()
    {
        var attributes = new perf_event_attr
        {
            type = Hardware,
            size = FirstAttributeSize,
            config = CpuCycles,
            flags = ExcludeKernel | ExcludeHypervisor,
        };

        nint number = PerfEventOpen();
        nint descriptor = number < 0 ? -1 : SystemCall(number, &attributes, 0, -1, -1, CloseOnExec);

        return descriptor < 0 ? null : new PerfCounter(descriptor);
    }

    /// <summary>Cycles so far.</summary>
    public long Read()
    {
        long count = 0;
        return Read(handle, &count, sizeof(long)) == sizeof(long) ? count : 0;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Close(handle) == 0;

    // asm/unistd.h of each architecture.
    private static nint PerfEventOpen() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 298,
        Architecture.Arm64 => 241,
        _ => -1,
    };

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, perf_event_attr* attributes, nint process, nint cpu, nint group, nuint flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(nint descriptor, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(nint descriptor);

    /// <summary>The first version of struct perf_event_attr.</summary>
    private struct perf_event_attr
    {
        public uint type;
        public uint size;
        public ulong config;
        public ulong sample_period;
        public ulong sample_type;
        public ulong read_format;
        public ulong flags;
        public uint wakeup_events;
        public uint bp_type;
        public ulong bp_addr;
    }
}
