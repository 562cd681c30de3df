using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class TunnelsOnlyTests : AfXdpFixture
{
    [Test]
    public void LeavesPacketsToTheKernelUntilAQueueIsOpened()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        using Socket host = UdpAt(Node, Here, "fabric0", There);
        using Socket far = UdpAt(Peer, There, "wire0", Here);

        far.SendTo([42], new IPEndPoint(Here, 9000));

        Assert.That(host.Receive(new byte[10]), Is.EqualTo(1));
    }

    [Test]
    public void LeavesAllButTunnelsToTheKernelWhenAsked()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { TunnelsOnly = true });
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using Socket host = UdpAt(Node, Here, "fabric0", There);
        using Socket far = UdpAt(Peer, There, "wire0", Here);
        port.TakeTunnels([IpAddress.Parse("10.6.0.2")], mplsOverUdpPort: 7000);

        far.SendTo(Wire.Pattern(50), new IPEndPoint(Here, 9000));
        Assert.That(host.Receive(new byte[100]), Is.EqualTo(50), "the node's own traffic");

        foreach (int tunnel in new[] { 4789, 6635, 51234, 7000 })
        {
            far.SendTo(Wire.Pattern(60), new IPEndPoint(Here, tunnel));
            Assert.That(Frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, (ushort)tunnel)), Is.Not.Null, $"port {tunnel}");
        }

        port.TakeTunnels([]);
        far.SendTo(Wire.Pattern(60), new IPEndPoint(Here, 4789));
        Assert.That(Frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 4789), seconds: 0.2), Is.Null, "the endpoint is no longer ours");
    }

    [Test]
    public void TakesWhatFloatingIpsOwnFromTheKernel()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { TunnelsOnly = true });
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using Socket host = UdpAt(Node, Here, "fabric0", There);
        using Socket far = UdpAt(Peer, There, "wire0", Here);
        IpAddress address = IpAddress.Parse("10.6.0.2");

        port.TakeOwned([(address, (byte)ProtocolType.Udp, 9000)]);
        far.SendTo(Wire.Pattern(50), new IPEndPoint(Here, 9000));
        Assert.That(Frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 9000)), Is.Not.Null);

        port.TakeOwned([]);
        far.SendTo(Wire.Pattern(50), new IPEndPoint(Here, 9000));
        Assert.That(host.Receive(new byte[100]), Is.EqualTo(50));
    }
}
