using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>One queue of an <see cref="AfXdpPort"/>: its packets come here from the moment it is opened until it is disposed of.</summary>
internal sealed class AfXdpPortQueue : IPortQueue
{
    private readonly XdpDevice _device;
    private readonly int _queue;
    private readonly XdpSocket _socket;
    private readonly FrameCache _frames;
    private readonly LentFrames _lent;
    private readonly AfXdpReceiver _receiver;
    private readonly AfXdpSender _sender;

    internal AfXdpPortQueue(XdpDevice device, int queue, FrameCache frames, bool busyPoll)
    {
        _device = device;
        _queue = queue;
        _socket = device.Sockets[queue];
        _frames = frames;
        _lent = new LentFrames(frames.Region.Count);
        _receiver = new AfXdpReceiver(_socket, frames, _lent, busyPoll);
        _sender = new AfXdpSender(_socket, frames, _lent);

        _receiver.Refill();
        device.SwitchOn(queue);
    }

    /// <inheritdoc/>
    public long Lost => _receiver.Lost + _sender.Lost;

    /// <inheritdoc/>
    public int Descriptor => _socket.Descriptor;

    /// <inheritdoc/>
    public int Receive(Span<Packet> batch) => _receiver.Receive(batch);

    /// <inheritdoc/>
    public int Send(ReadOnlySpan<Packet> packets) => _sender.Send(packets);

    /// <inheritdoc/>
    public void Flush()
    {
        _sender.Push();
        _sender.TakeCompletions();
        _receiver.Refill();
    }

    /// <summary>Leaves the queue to the kernel, lets go what is still to be sent, and takes every frame home.</summary>
    public void Dispose()
    {
        _device.SwitchOff(_queue);
        _socket.Dispose();

        if (_device.Mode == XdpMode.ZeroCopy)
        {
            Thread.Sleep(100);      // the kernel ends the device's own access in the background, after the socket is closed
        }

        _lent.Reclaim(_frames);
    }
}
