using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>
/// A TAP device: what its owner's kernel sends into it is read here, what is written here the kernel receives. A device that
/// exists is attached to and left as it was; one that this makes goes when it is disposed of or the process ends.
/// </summary>
public sealed unsafe class TapDevice : IDisposable
{
    private const int ReadWriteNonBlocking = 0x2 | 0x800 | 0x80000;     // O_RDWR | O_NONBLOCK | O_CLOEXEC

    private readonly List<FileDescriptor> _queues = [];

    private TapDevice(bool hasHeader, string? networkNamespace) => (HasHeader, NetworkNamespace) = (hasHeader, networkNamespace);

    /// <summary>The device's name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Whether this made the device; it had been there before otherwise.</summary>
    public bool IsOwn { get; private set; }

    /// <summary>Whether a <see cref="VirtioNetHeader"/> lies in front of every packet.</summary>
    public bool HasHeader { get; }

    /// <summary>The namespace it was opened in, as given.</summary>
    public string? NetworkNamespace { get; }

    /// <summary>The queues opened.</summary>
    public int QueueCount => _queues.Count;

    /// <summary>Makes a TAP, or attaches to the one of that name.</summary>
    /// <param name="name">The device; empty: the kernel chooses a name.</param>
    /// <param name="queues">How many queues to open.</param>
    /// <param name="header">Whether packets carry a <see cref="VirtioNetHeader"/>. Segmentation and checksum offload stay off for what is read.</param>
    /// <param name="networkNamespace">A name in /run/netns or a path; null = the current one.</param>
    /// <exception cref="SystemCallException">It is in use, is no TAP, or the privilege is missing.</exception>
    public static TapDevice Open(string name, int queues = 1, bool header = true, string? networkNamespace = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(queues, 1);

        var device = new TapDevice(header, networkNamespace);

        try
        {
            // A queue belongs to the namespace that its descriptor was opened in.
            return Native.NetworkNamespace.RunIn(networkNamespace, () => device.OpenQueues(name, queues));
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>Puts a queue to work. Its frames come from <paramref name="frames"/>; one thread uses it.</summary>
    public TapQueue OpenQueue(int queue, FrameCache frames) => new(_queues[queue], HasHeader, frames);

    /// <summary>Has the device stay when nobody holds it any more, or go then.</summary>
    public void SetPersistent(bool persistent)
    {
        if (Libc.ioctl(_queues[0].Number, IfTun.TUNSETPERSIST, (void*)(persistent ? 1 : 0)) < 0)
        {
            throw SystemCallException.Last($"ioctl(TUNSETPERSIST, {Name})");
        }
    }

    /// <summary>Closes all queues; a device of one's own goes with them.</summary>
    public void Dispose() => _queues.ForEach(queue => queue.Dispose());

    private TapDevice OpenQueues(string name, int queues)
    {
        ushort flags = (ushort)(IfTun.IFF_TAP | IfTun.IFF_NO_PI | (HasHeader ? IfTun.IFF_VNET_HDR : 0) | (queues > 1 ? IfTun.IFF_MULTI_QUEUE : 0));

        flags = AttachFirst(name, flags);

        while (_queues.Count < queues)
        {
            int errno = TryAttach(Name, flags);
            ThrowIfRefused(errno, Name);
        }

        return this;
    }

    /// <summary>The first queue tells whether the device is new, and whether one that exists takes one queue or several.</summary>
    private ushort AttachFirst(string name, ushort flags)
    {
        int errno = TryAttach(name, (ushort)(flags | IfTun.IFF_TUN_EXCL));
        IsOwn = errno == 0;

        if (errno == Errno.EBUSY)
        {
            errno = TryAttach(name, flags);

            if (errno == Errno.EINVAL && (flags & IfTun.IFF_MULTI_QUEUE) == 0)
            {
                flags |= IfTun.IFF_MULTI_QUEUE;
                errno = TryAttach(name, flags);
            }
        }

        ThrowIfRefused(errno, name);
        return flags;
    }

    private int TryAttach(string name, ushort flags)
    {
        FileDescriptor queue = FileDescriptor.Own(Libc.open(IfTun.Device, ReadWriteNonBlocking, 0), $"open({IfTun.Device})",
            static errno => errno == Errno.ENOENT ? "This kernel or container has no TUN/TAP: load the module tun, or give the container /dev/net/tun." : null);

        IfTun.ifreq_flags request = new() { ifr_flags = flags };

        if (name.Length > 0)
        {
            InterfaceName.Write(name, request.ifr_name);
        }

        if (Libc.ioctl(queue.Number, IfTun.TUNSETIFF, &request) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            queue.Dispose();
            return errno;
        }

        _queues.Add(queue);
        Name = InterfaceName.Read(request.ifr_name);
        SetOffloads(queue);
        return 0;
    }

    private void SetOffloads(FileDescriptor queue)
    {
        int size = VirtioNetHeader.Size;

        if (Libc.ioctl(queue.Number, IfTun.TUNSETOFFLOAD, null) < 0 || (HasHeader && Libc.ioctl(queue.Number, IfTun.TUNSETVNETHDRSZ, &size) < 0))
        {
            throw SystemCallException.Last($"ioctl(TUNSETOFFLOAD, {Name})");
        }
    }

    private static void ThrowIfRefused(int errno, string name)
    {
        if (errno != 0)
        {
            throw SystemCallException.For($"ioctl(TUNSETIFF, {name})", errno, errno switch
            {
                Errno.EINVAL => $"There is a device '{name}' of another kind, or a TAP with one queue where several were asked for: remove it or choose another name.",
                Errno.EBUSY => $"Another program holds the TAP '{name}': stop that one or choose another name.",
                Errno.E2BIG => $"All queues of the TAP '{name}' are taken: ask for fewer.",
                Errno.EPERM => "Run as root or with CAP_NET_ADMIN in the namespace.",
                _ => null,
            });
        }
    }
}
