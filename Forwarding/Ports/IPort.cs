using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>What lies behind a vif: a kind of I/O with one or more queues, each served by one worker.</summary>
public interface IPort : IDisposable
{
    /// <summary>For logs and errors: "af_xdp eth0 (copy, 4 queues)".</summary>
    string Description { get; }

    /// <summary>What it takes as it is; the rest is cut or completed before it is sent there.</summary>
    PortCapabilities Capabilities { get; }

    /// <summary>The number of queues.</summary>
    int QueueCount { get; }

    /// <summary>Whether the link is up. Asked by the control side, about once a second.</summary>
    bool IsUp { get; }

    /// <summary>Opens one queue. Called once a queue, before packets flow; frames come from and go to <paramref name="frames"/>.</summary>
    IPortQueue OpenQueue(int queue, FrameCache frames);
}
