using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A port of any kind with somebody looking on.</summary>
internal sealed class WatchedPort(IPort port, FrameRegion frames, IReadOnlyList<IPacketWatch> watches) : IPort
{
    public string Description => port.Description;

    public PortCapabilities Capabilities => port.Capabilities;

    public int QueueCount => port.QueueCount;

    public bool IsUp => port.IsUp;

    public IPortQueue OpenQueue(int queue, FrameCache cache) => new WatchedQueue(port.OpenQueue(queue, cache), frames, watches);

    public void Dispose() => port.Dispose();
}
