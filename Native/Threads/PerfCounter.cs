using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>Processor cycles of one thread in user mode, counted by the hardware (perf_event_open(2)).</summary>
public sealed unsafe class PerfCounter : IDisposable
{
    private const ulong ExcludeKernel = 1 << 5, ExcludeHypervisor = 1 << 6;
    private const uint FirstVersion = 64;               // PERF_ATTR_SIZE_VER0
    private const nuint CloseOnExec = 1 << 3;           // PERF_FLAG_FD_CLOEXEC

    private readonly FileDescriptor _descriptor;

    private PerfCounter(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Counts the calling thread's cycles; null where there is no such counter (most virtual machines) or it is not allowed.</summary>
    public static PerfCounter? TryOpenCycles()
    {
        // PERF_TYPE_HARDWARE and PERF_COUNT_HW_CPU_CYCLES are 0.
        var attributes = new perf_event_attr { size = FirstVersion, flags = ExcludeKernel | ExcludeHypervisor };
        nint number = Number();
        nint descriptor = number < 0 ? -1 : Libc.perf_event_open(number, &attributes, 0, -1, -1, CloseOnExec);

        return descriptor < 0 ? null : new PerfCounter(FileDescriptor.Own((int)descriptor, "perf_event_open"));
    }

    /// <summary>Cycles so far.</summary>
    public long Read()
    {
        long count = 0;
        return Libc.read(_descriptor.Number, &count, sizeof(long)) == sizeof(long) ? count : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    // asm/unistd.h of each architecture.
    private static nint Number() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 298,
        Architecture.Arm64 => 241,
        _ => -1,
    };

    /// <summary>The first version of struct perf_event_attr, linux/perf_event.h.</summary>
    private struct perf_event_attr
    {
        public uint type, size;
        public ulong config, sample_period, sample_type, read_format, flags;
        public uint wakeup_events, bp_type;
        public ulong bp_addr;
    }
}
