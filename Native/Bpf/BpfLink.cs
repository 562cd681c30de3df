namespace VRouter.Native;

/// <summary>A program's place on a device. It goes when this is disposed of or the process ends, however it ends.</summary>
internal sealed class BpfLink : IDisposable
{
    private readonly FileDescriptor _descriptor;

    private BpfLink(FileDescriptor descriptor) => _descriptor = descriptor;

    /// <summary>Attaches an XDP program to a device of the current thread's namespace.</summary>
    /// <param name="program">The program.</param>
    /// <param name="device">The device.</param>
    /// <param name="flags">XDP_FLAGS_SKB_MODE or XDP_FLAGS_DRV_MODE.</param>
    /// <exception cref="SystemCallException">Another program is there, or the driver cannot have one.</exception>
    internal static BpfLink AttachXdp(BpfProgram program, Link device, uint flags)
    {
        BpfCall.link_create attributes = new()
        {
            prog_fd = (uint)program.Descriptor,
            target_ifindex = (uint)device.Index,
            attach_type = BpfCall.BPF_XDP,
            flags = flags,
        };

        return new BpfLink(FileDescriptor.Own(BpfCall.Invoke(BpfCall.BPF_LINK_CREATE, ref attributes), $"bpf(BPF_LINK_CREATE, XDP, {device.Name})",
            errno => Advise(errno, device)));
    }

    public void Dispose() => _descriptor.Dispose();

    private static string? Advise(int errno, Link device) => errno switch
    {
        Errno.EBUSY or Errno.EEXIST =>
            $"Another XDP program (id {device.XdpProgram}) is on '{device.Name}': stop the program that put it there, or remove it (ip link set dev {device.Name} xdp off).",
        Errno.ENOSPC => $"The other end of '{device.Name}' has more transmit queues than '{device.Name}' has receive queues: make it with as many.",
        Errno.EINVAL or Errno.ERANGE => $"The driver of '{device.Name}' cannot run XDP as the device is set up (MTU {device.Mtu}, its features): ask for generic mode.",
        Errno.EOPNOTSUPP => $"The driver of '{device.Name}' cannot run XDP: ask for generic mode.",
        _ => BpfCall.Advise(errno),
    };
}
