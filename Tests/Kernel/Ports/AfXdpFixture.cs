using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

/// <summary>A node and its peer on a wire, and frames for the node's port.</summary>
public abstract class AfXdpFixture
{
    private static readonly byte[] s_anyMac = [2, 0, 0, 0, 0, 9];

    private protected static readonly IPAddress There = IPAddress.Parse("10.6.0.1"), Here = IPAddress.Parse("10.6.0.2");

    private NetworkLab _lab = null!;
    private NetworkNamespace _node = null!, _peer = null!;
    private PortLab _frames = null!;

    private protected NetworkLab Lab => _lab;

    private protected NetworkNamespace Node => _node;

    private protected NetworkNamespace Peer => _peer;

    private protected PortLab Frames => _frames;

    [SetUp]
    public void MakeTwoMachines()
    {
        _lab = new NetworkLab();
        _node = _lab.CreateNamespace("node");
        _peer = _lab.CreateNamespace("peer");
        _frames = new PortLab();
    }

    [TearDown]
    public void RemoveThem()
    {
        _node?.Dispose();
        _peer?.Dispose();
        _lab?.Dispose();
        _frames?.Dispose();
    }

    private protected AfXdpPort Open(XdpOptions options, int queues = 1, int mtu = 1500)
    {
        _lab.Connect(_node, "fabric0", _peer, "wire0", queues, mtu);
        return Again(options);
    }

    private protected AfXdpPort Again(XdpOptions options) => new(options with { NetworkNamespace = _node.Name }, _frames.Region);

    private protected Socket UdpAt(NetworkNamespace machine, IPAddress own, string device, IPAddress other)
    {
        Netlink netlink = _lab.Configure(machine);
        netlink.Addresses.Add(device, own, 24);
        netlink.Neighbours.Set(device, other, _lab.Configure(machine == _node ? _peer : _node).Links.Get(machine == _node ? "wire0" : "fabric0").Mac);

        return machine.Run(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 3000 };
            socket.Bind(new IPEndPoint(own, 9000));
            return socket;
        });
    }

    private protected static byte[] Frame(ushort port, int payload) =>
        Wire.Ethernet([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], s_anyMac, Wire.Ipv4, Wire.Ipv4Packet(There, Here, 17, Wire.Udp(1, port, Wire.Pattern(payload))));
}
