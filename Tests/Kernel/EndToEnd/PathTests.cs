using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>What a path tells those who send along it: its size and its hops, believed by a real kernel.</summary>
internal sealed class PathTests
{
    private const int Mtu = 14;             // IP_MTU, linux/in.h
    private const int Mtu6 = 24;            // IPV6_MTU, linux/in6.h
    private const int MtuDiscover = 10;     // IP_MTU_DISCOVER
    private const int MtuDiscover6 = 23;    // IPV6_MTU_DISCOVER
    private const int Do = 2;               // IP_PMTUDISC_DO

    private NetworkLab _lab = null!;
    private TwoNodes _nodes = null!;

    [SetUp]
    public void Build()
    {
        _lab = new NetworkLab();
        _nodes = new TwoNodes(_lab, EncapsulationKind.MplsOverUdp);
        _nodes.Pods[0].AssertReaches("10.0.0.2");
        _nodes.Pods[0].AssertReaches("fd00::2");
    }

    [TearDown]
    public void TearDown() => _lab?.Dispose();

    [TestCase("10.0.0.2", 1468), TestCase("fd00::2", 1468)]
    public void SaysWhatSizeFits(string address, int mtu) =>
        Assert.That(NetworkLab.Eventually(() => LearnMtu(_nodes.Pods[0], IPAddress.Parse(address)) == mtu), Is.True,
            $"the kernel learned {LearnMtu(_nodes.Pods[0], IPAddress.Parse(address))}");

    /// <summary>UDP and ping have no segment size to agree on: what may be fragmented is.</summary>
    [Test]
    public void CarriesLargePacketsInFragments() => _nodes.Pods[0].AssertReaches("10.0.0.2", payload: 4000);

    /// <summary>The pods' links take 1,500 bytes, the tunnel 32 fewer.</summary>
    [TestCase("10.0.0.2"), TestCase("fd00::2")]
    public void CarriesTcpThatWouldNotFit(string address) => TcpTransfer.Run(_nodes.Pods[0], _nodes.Pods[1], address, 5_000_000);

    [TestCase("10.0.0.2", "10.0.0.254"), TestCase("fd00::2", "fd00::fe")]
    public void ShowsItsHop(string address, string gateway) =>
        Assert.That(FindHop(_nodes.Pods[0], IPAddress.Parse(address), ttl: 1), Is.EqualTo(IPAddress.Parse(gateway)));

    /// <summary>Two hops: the label's TTL, which is the packet's after the first of them, must be above 1 at the second.</summary>
    [TestCase("10.0.0.2"), TestCase("fd00::2")]
    public void IsTwoHopsLong(string address) =>
        Assert.That(_nodes.Pods[0].Ping(address, ttl: 3).Status, Is.EqualTo(IPStatus.Success));

    /// <summary>As traceroute does: sends a datagram with few hops to live, and says who reports its end.</summary>
    private static IPAddress FindHop(Machine sender, IPAddress to, short ttl) => sender.Namespace.Run(() =>
    {
        bool v6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        (ProtocolType protocol, byte timeExceeded) = v6 ? (ProtocolType.IcmpV6, (byte)3) : (ProtocolType.Icmp, (byte)11);
        using var errors = new Socket(to.AddressFamily, SocketType.Raw, protocol) { ReceiveTimeout = 3000 };
        using var probe = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Ttl = ttl };
        errors.Bind(new IPEndPoint(v6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        probe.SendTo(new byte[8], new IPEndPoint(to, 33434));

        byte[] message = new byte[2048];
        EndPoint reporter = new IPEndPoint(v6 ? IPAddress.IPv6Any : IPAddress.Any, 0);

        do
        {
            errors.ReceiveFrom(message, ref reporter);
        }
        while (message[v6 ? 0 : (message[0] & 0xF) * 4] != timeExceeded);   // an IPv4 raw socket gives the IP header too

        return ((IPEndPoint)reporter).Address;
    });

    /// <summary>Sends a datagram of 1,500 bytes that may not be fragmented; what the kernel believes of the path then.</summary>
    private static int LearnMtu(Machine sender, IPAddress to) => sender.Namespace.Run(() =>
    {
        bool v6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        (int level, int discover, int mtu, int headers) = v6 ? (41, MtuDiscover6, Mtu6, 48) : (0, MtuDiscover, Mtu, 28);
        Span<byte> option = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(option, Do);

        using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption(level, discover, option);
        socket.Connect(new IPEndPoint(to, 9));

        try
        {
            socket.Send(new byte[1500 - headers]);
            Thread.Sleep(50);
        }
        catch (SocketException)
        {
            // The error of an earlier packet, or too large for what is known already.
        }

        _ = socket.GetRawSocketOption(level, mtu, option);
        return BinaryPrimitives.ReadInt32LittleEndian(option);
    });
}
