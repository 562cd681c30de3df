using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NUnit.Framework;
using VRouter.Native;
using VRouter.Tests.Kernel;

namespace VRouter.Tests.Programs.Agent;

/// <summary>Two pods on veths, whose kernels know the gateway already: one sends all the time, so that the first packet shows.</summary>
internal sealed class StartTests
{
    private const int Port = 9;
    private const string VirtualMac = "00-00-5E-00-01-00";

    private static readonly IPAddress s_gateway = IPAddress.Parse("10.0.0.254");

    [Test]
    public void ForwardsSoonAfterItsStart()
    {
        using NetworkLab lab = new();
        using NetworkNamespace node = lab.CreateNamespace("node");
        using Socket sender = MakePod(lab, node, "10.0.0.1"), receiver = MakePod(lab, node, "10.0.0.2");
        string config = Path.GetTempFileName();

        try
        {
            File.WriteAllText(config, Config);
            long started = Stopwatch.GetTimestamp();
            using RunningProgram run = node.Run(() => new RunningProgram("run", "--config", config));

            TimeSpan first = SendUntilReceived(sender, receiver, started);
            run.AssertSays("Ready");

            TestContext.Out.WriteLine($"{first.TotalMilliseconds:0} ms from start to the first forwarded packet");
            TestContext.Out.WriteLine($"{run.ResidentBytes >> 20} MB resident");
            TestContext.Out.WriteLine(run.Text);
            Assert.That(first, Is.LessThan(TimeSpan.FromSeconds(10)));
        }
        finally
        {
            File.Delete(config);
        }
    }

    private static TimeSpan SendUntilReceived(Socket sender, Socket receiver, long started)
    {
        EndPoint target = new IPEndPoint(IPAddress.Parse("10.0.0.2"), Port);

        while (!receiver.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectRead) && Stopwatch.GetElapsedTime(started).TotalSeconds < 20)
        {
            sender.SendTo("first"u8, target);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>A namespace with one end of a veth, and a UDP socket in it; the other end, "pod" and the last number, is the node's.</summary>
    private static Socket MakePod(NetworkLab lab, NetworkNamespace node, string address)
    {
        NetworkNamespace pod = lab.CreateNamespace($"pod{address[^1]}");
        Netlink netlink = lab.Configure(pod);

        lab.Connect(pod, "eth0", node, $"pod{address[^1]}");
        netlink.Links.SetMac("eth0", PhysicalAddress.Parse($"02-00-00-00-01-0{address[^1]}"));
        netlink.Addresses.Add("eth0", IPAddress.Parse(address), 32);
        netlink.Routes.Add(new IPNetwork(s_gateway, 32), gateway: null, "eth0");
        netlink.Routes.Add(Routes.Default, s_gateway, "eth0");
        netlink.Neighbours.Set("eth0", s_gateway, PhysicalAddress.Parse(VirtualMac));

        return pod.Run(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, Port));
            return socket;
        });
    }

    private static string Config => $$"""
        {
          "vrfs": [ { "id": 1, "forwardingMode": "L3" } ],
          "interfaces": [ {{Interface(1)}}, {{Interface(2)}} ]
        }
        """;

    private static string Interface(int number) => $$"""
        {
          "id": {{number}}, "kind": "TENANT", "vrf": 1, "mac": "02:00:00:00:01:0{{number}}", "addresses": ["10.0.0.{{number}}"],
          "gateways": ["{{s_gateway}}"], "port": { "afXdp": { "device": "pod{{number}}" } }
        }
        """;
}
