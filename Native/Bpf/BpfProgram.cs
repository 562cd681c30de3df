using System.Text;

namespace VRouter.Native;

/// <summary>A program the kernel's verifier has accepted.</summary>
internal sealed unsafe class BpfProgram : IDisposable
{
    private const int LogSize = 64 * 1024;

    private readonly FileDescriptor _descriptor;

    private BpfProgram(FileDescriptor descriptor) => _descriptor = descriptor;

    internal int Descriptor => _descriptor.Number;

    /// <summary>Loads an XDP program that copes with packets in several buffers.</summary>
    /// <exception cref="SystemCallException">The verifier refuses it, with its log, or the privilege is missing.</exception>
    internal static BpfProgram LoadXdp(string name, ReadOnlySpan<ulong> instructions)
    {
        byte[] log = new byte[LogSize];

        fixed (ulong* code = instructions)
        fixed (byte* license = "Apache-2.0\0"u8)
        fixed (byte* logStart = log)
        {
            BpfCall.prog_load attributes = new()
            {
                prog_type = BpfCall.BPF_PROG_TYPE_XDP,
                insn_cnt = (uint)instructions.Length,
                insns = code,
                license = license,
                log_level = 1,
                log_size = LogSize,
                log_buf = logStart,
                prog_flags = BpfCall.BPF_F_XDP_HAS_FRAGS,
                expected_attach_type = BpfCall.BPF_XDP,
            };
            InterfaceName.Write(name, attributes.prog_name);

            return new BpfProgram(FileDescriptor.Own(BpfCall.Invoke(BpfCall.BPF_PROG_LOAD, ref attributes), $"bpf(BPF_PROG_LOAD, {name})",
                errno => VerdictIn(log) ?? BpfCall.Advise(errno)));
        }
    }

    /// <summary>Runs it over a packet, on no device (BPF_PROG_TEST_RUN): what it answers.</summary>
    internal uint Run(ReadOnlySpan<byte> packet)
    {
        fixed (byte* bytes = packet)
        {
            BpfCall.prog_test_run attributes = new() { prog_fd = (uint)Descriptor, data_in = bytes, data_size_in = (uint)packet.Length, repeat = 1 };

            return BpfCall.Invoke(BpfCall.BPF_PROG_TEST_RUN, ref attributes) < 0
                ? throw SystemCallException.Last("bpf(BPF_PROG_TEST_RUN)") : attributes.retval;
        }
    }

    public void Dispose() => _descriptor.Dispose();

    private static string? VerdictIn(byte[] log)
    {
        string said = Encoding.UTF8.GetString(log.AsSpan(0, Math.Max(0, log.AsSpan().IndexOf((byte)0)))).Trim();

        return said.Length == 0 ? null : $"The kernel's verifier refuses the program: {said}";
    }
}
