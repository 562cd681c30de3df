using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>bpf(2): its commands, and their arguments as linux/bpf.h lays out union bpf_attr.</summary>
internal static unsafe class BpfCall
{
    internal const int BPF_MAP_CREATE = 0, BPF_MAP_UPDATE_ELEM = 2, BPF_MAP_DELETE_ELEM = 3, BPF_PROG_LOAD = 5, BPF_PROG_TEST_RUN = 10, BPF_LINK_CREATE = 28;

    internal const uint BPF_MAP_TYPE_HASH = 1, BPF_MAP_TYPE_XSKMAP = 17;
    internal const uint BPF_PROG_TYPE_XDP = 6, BPF_XDP = 37, BPF_F_XDP_HAS_FRAGS = 1 << 5, BPF_F_NO_PREALLOC = 1;
    internal const int BPF_FUNC_map_lookup_elem = 1, BPF_FUNC_redirect_map = 51;

    private static readonly nint s_number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 321,            // asm/unistd_64.h
        Architecture.Arm64 => 280,          // asm-generic/unistd.h
        Architecture other => throw new PlatformNotSupportedException($"bpf(2) has no known number on {other}"),
    };

    internal static int Invoke<T>(int command, ref T attributes) where T : unmanaged
    {
        fixed (T* start = &attributes)
        {
            return (int)Libc.syscall(s_number, command, start, (nuint)sizeof(T));
        }
    }

    internal static string? Advise(int errno) => errno == Errno.EPERM
        ? "Run as root or with CAP_BPF and CAP_NET_ADMIN (CAP_SYS_ADMIN before Linux 5.8); kernel lockdown forbids it to everybody." : null;

    internal struct map_create
    {
        public uint map_type, key_size, value_size, max_entries, map_flags, inner_map_fd, numa_node;
        public InterfaceName.Buffer map_name;
    }

    internal struct map_elem
    {
        public uint map_fd, pad;
        public void* key;
        public void* value;
        public ulong flags;
    }

    internal struct prog_load
    {
        public uint prog_type, insn_cnt;
        public void* insns;
        public void* license;
        public uint log_level, log_size;
        public void* log_buf;
        public uint kern_version, prog_flags;
        public InterfaceName.Buffer prog_name;
        public uint prog_ifindex, expected_attach_type;
    }

    internal struct prog_test_run
    {
        public uint prog_fd, retval, data_size_in, data_size_out;
        public void* data_in;
        public void* data_out;
        public uint repeat, duration;
    }

    internal struct link_create
    {
        public uint prog_fd, target_ifindex, attach_type, flags;
    }
}
