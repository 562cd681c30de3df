using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using VRouter.ControlSdk;
using VRouter.Native;
using VRouter.Tests.Kernel;
using V1 = VRouter.ControlSdk.V1;

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

    [Test]
    public async Task StaysClosedUntilItsStateIsRestored()
    {
        using NetworkLab lab = new();
        using NetworkNamespace node = lab.CreateNamespace("node");
        using Socket sender = MakePod(lab, node, "10.0.0.1"), receiver = MakePod(lab, node, "10.0.0.2");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vrouter-start-");
        string[] arguments = ["run", "--listen", $"unix://{folder.FullName}/vrouter.sock", "--state", Path.Combine(folder.FullName, "state")];
        using var client = new VRouterClient(arguments[2]);
        V1.Interface open = Parsed.Interfaces[1], closed = open.Clone();
        closed.SecurityGroups.Add(1);

        try
        {
            // First everything passes, then nothing: a packet that passes later has seen a part of the state.
            using (RunningProgram run = node.Run(() => new RunningProgram(arguments)))
            {
                run.AssertSays("Ready");
                _ = await client.SyncAsync(Parsed);
                _ = SendUntilReceived(sender, receiver, Stopwatch.GetTimestamp());
                _ = await client.ApplyAsync(new V1.ApplyRequest { Upsert = new V1.Config { Interfaces = { closed }, SecurityGroups = { new V1.SecurityGroup { Id = 1 } } } });
                run.Kill();
            }

            Drain(receiver);
            using RunningProgram again = node.Run(() => new RunningProgram(arguments));
            await SendUntilDeniedAsync(sender, client, again);
            Assert.That(receiver.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead), Is.False, "nothing has passed");

            _ = await client.ApplyAsync(new V1.ApplyRequest { Upsert = new V1.Config { Interfaces = { open } } });
            Assert.That(SendUntilReceived(sender, receiver, Stopwatch.GetTimestamp()), Is.LessThan(TimeSpan.FromSeconds(20)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task SendUntilDeniedAsync(Socket sender, VRouterClient client, RunningProgram run)
    {
        EndPoint target = new IPEndPoint(IPAddress.Parse("10.0.0.2"), Port);
        bool isDenied = false;

        for (long started = Stopwatch.GetTimestamp(); !isDenied && Stopwatch.GetElapsedTime(started).TotalSeconds < 30; await Task.Delay(1))
        {
            sender.SendTo("none"u8, target);
            isDenied = run.Text.Contains("Ready", StringComparison.Ordinal) && (await client.GetCountersAsync()).Drops.ContainsKey("SecurityGroupDenied");
        }

        Assert.That(isDenied, Is.True, run.Text);
    }

    private static void Drain(Socket receiver)
    {
        byte[] buffer = new byte[64];

        while (receiver.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead))
        {
            _ = receiver.Receive(buffer);
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

    private static V1.Config Parsed => JsonContract.Parse<V1.Config>(Encoding.UTF8.GetBytes(Config));

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
