using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>
/// Where a worker sleeps: until one of its descriptors is readable, somebody wakes it, or time is up. Everything is prepared
/// when descriptors are added; waiting allocates nothing.
/// </summary>
public sealed unsafe class Poller : IDisposable
{
    private const short Readable = 0x001 | 0x008 | 0x010;           // POLLIN | POLLERR | POLLHUP, poll.h
    private const int CloseOnExecNonBlocking = 0x80000 | 0x800;     // EFD_CLOEXEC | EFD_NONBLOCK, sys/eventfd.h

    private readonly FileDescriptor _wake = FileDescriptor.Own(Libc.eventfd(0, CloseOnExecNonBlocking), "eventfd");
    private Libc.pollfd[] _entries = GC.AllocateArray<Libc.pollfd>(8, pinned: true);
    private int _count;

    /// <summary>A poller that can be woken and watches nothing yet.</summary>
    public Poller() => Add(_wake.Number);

    /// <summary>Watches a descriptor; the slot returned names it to <see cref="IsReadable"/>. Not while a thread waits.</summary>
    public int Add(int descriptor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(descriptor);

        int slot = FreeSlot();
        _entries[slot] = new Libc.pollfd { fd = descriptor, events = 0x001 };
        return slot;
    }

    /// <summary>Stops watching a slot; its number is free for another descriptor.</summary>
    public void Remove(int slot) => _entries[slot].fd = -1;       // poll(2) passes over it

    /// <summary>Sleeps until something is readable, <see cref="Wake"/> is called or the time is up; a negative time is no limit.</summary>
    /// <returns>How many descriptors are readable; 0 after a wake-up or when the time is up.</returns>
    /// <exception cref="SystemCallException">The kernel refuses to wait.</exception>
    public int Wait(TimeSpan limit)
    {
        Libc.timespec time = new()
        {
            tv_sec = (nint)(limit.Ticks / TimeSpan.TicksPerSecond),
            tv_nsec = (nint)(limit.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick),
        };

        Libc.pollfd* entries = (Libc.pollfd*)Marshal.UnsafeAddrOfPinnedArrayElement(_entries, 0);
        int ready = Libc.ppoll(entries, (nuint)_count, limit < TimeSpan.Zero ? null : &time, null);

        if (ready < 0)
        {
            ClearAfterFailure();
            return 0;
        }

        return ready > 0 && entries[0].revents != 0 ? DrainWake(ready) : ready;
    }

    /// <summary>Whether the last <see cref="Wait"/> found the slot readable, broken or closed at the other end: reading will tell.</summary>
    public bool IsReadable(int slot) => (_entries[slot].revents & Readable) != 0;

    /// <summary>Ends the sleep of the waiting thread, or the next one. Any thread may call it.</summary>
    public void Wake()
    {
        ulong one = 1;
        _ = Libc.write(_wake.Number, &one, sizeof(ulong));      // EAGAIN: the counter is full, so it wakes anyway
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private int FreeSlot()
    {
        int slot = Array.FindIndex(_entries, 0, _count, entry => entry.fd < 0);

        if (slot >= 0)
        {
            return slot;
        }

        if (_count == _entries.Length)
        {
            Libc.pollfd[] larger = GC.AllocateArray<Libc.pollfd>(2 * _count, pinned: true);
            _entries.CopyTo(larger, 0);
            _entries = larger;
        }

        return _count++;
    }

    private int DrainWake(int ready)
    {
        ulong wakes;
        _ = Libc.read(_wake.Number, &wakes, sizeof(ulong));
        return ready - 1;
    }

    private void ClearAfterFailure()
    {
        int errno = Marshal.GetLastPInvokeError();

        if (errno != Errno.EINTR)
        {
            throw SystemCallException.For("ppoll", errno);
        }

        foreach (ref Libc.pollfd entry in _entries.AsSpan(0, _count))
        {
            entry.revents = 0;
        }
    }
}
