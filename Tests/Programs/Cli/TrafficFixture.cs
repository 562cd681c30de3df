using System.Net;
using System.Net.NetworkInformation;
using NUnit.Framework;
using VRouter.Native;
using VRouter.Tests.Kernel;
using VRouter.Tests.Programs.Agent;

namespace VRouter.Tests.Programs.Cli;

/// <summary>A `vrouter run` with two pods on TAPs: 2 is 10.0.0.1, 3 is 10.0.0.2, and no route leads anywhere else.</summary>
internal abstract class TrafficFixture
{
    protected const string First = "10.0.0.1", Second = "10.0.0.2", Nobody = "198.51.100.1";

    private const string Gateway = "10.0.0.254";

    private NetworkLab _lab = null!;
    private NetworkNamespace _pod = null!;
    private DirectoryInfo _folder = null!;
    private RunningProgram _vrouter = null!;

    /// <summary>Where the vRouter listens.</summary>
    protected string Address => $"unix://{PathOf("vrouter.sock")}";

    /// <summary>More of its command line.</summary>
    protected virtual string[] Options => [];

    [OneTimeSetUp]
    public void StartVRouter()
    {
        _lab = new NetworkLab();
        _folder = Directory.CreateTempSubdirectory("vrouter-cli-");
        _pod = _lab.CreateNamespace("pod1");
        NetworkNamespace other = _lab.CreateNamespace("pod2");
        File.WriteAllText(PathOf("node.json"), Config(_pod.Name, other.Name));

        _vrouter = new RunningProgram(["run", "--config", PathOf("node.json"), "--listen", Address, .. Options]);
        _vrouter.AssertSays("Ready", seconds: 30);
        Configure(_pod, First);
        Configure(other, Second);
        Assert.That(() => Ping(Second), Is.True.After(20_000, 50));
    }

    [OneTimeTearDown]
    public void StopVRouter()
    {
        _vrouter?.Dispose();
        _pod?.Dispose();
        _lab?.Dispose();
        _folder?.Delete(recursive: true);
    }

    /// <summary>What the vRouter has logged.</summary>
    protected string Log => _vrouter.Text;

    /// <summary>An echo from the first pod; false: no reply.</summary>
    protected bool Ping(string address) => _pod.Run(() => new Ping().Send(address, 300).Status == IPStatus.Success);

    protected Task<Answer> RunAsync(string commandLine) => Vrouterctl.RunAsync(Address, "", commandLine.Split(' '));

    /// <summary>Starts `vrouterctl`, to be stopped by a signal.</summary>
    protected RunningProgram Start(string commandLine) => RunningProgram.Vrouterctl(["--address", Address, .. commandLine.Split(' ')]);

    protected string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Configure(NetworkNamespace pod, string address)
    {
        Netlink netlink = _lab.Configure(pod);
        netlink.Addresses.Add("eth0", IPAddress.Parse(address), 32);
        netlink.Routes.Add(IPNetwork.Parse($"{Gateway}/32"), gateway: null, "eth0");
        netlink.Routes.Add(Routes.Default, IPAddress.Parse(Gateway), "eth0");
    }

    private static string Config(string first, string second) => $$"""
        {
          "vrfs": [ { "id": 1, "forwardingMode": "L3" } ],
          "interfaces": [
            {
              "id": 2, "name": "web", "kind": "TENANT", "vrf": 1, "mac": "02:00:00:00:01:01", "addresses": ["{{First}}"],
              "gateways": ["{{Gateway}}"], "port": { "tap": { "device": "eth0", "networkNamespace": "{{first}}" } }
            },
            {
              "id": 3, "name": "db", "kind": "TENANT", "vrf": 1, "mac": "02:00:00:00:01:02", "addresses": ["{{Second}}"],
              "gateways": ["{{Gateway}}"], "port": { "tap": { "device": "eth0", "networkNamespace": "{{second}}" } }
            }
          ]
        }
        """;
}
