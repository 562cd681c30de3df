using System.Net;
using System.Net.NetworkInformation;
using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A machine, or a pod, of the test network: a namespace with a kernel of its own to configure and to send from.</summary>
internal sealed class Machine(NetworkLab lab, string role)
{
    private const int PingTimeout = 1000;

    public NetworkNamespace Namespace { get; } = lab.CreateNamespace(role);

    /// <summary>Its name in /run/netns.</summary>
    public string Name => Namespace.Name;

    public Netlink Network => field ??= lab.Configure(Namespace);

    /// <summary>Gives a device its MAC and addresses ("10.0.0.1/24") and sets it up.</summary>
    public void Configure(string device, string? mac, params string[] addresses)
    {
        if (mac is not null)
        {
            Network.Links.SetMac(device, PhysicalAddress.Parse(mac));
        }

        Network.Links.SetUp(device);

        foreach (string address in addresses)
        {
            string[] parts = address.Split('/');
            Network.Addresses.Add(device, IPAddress.Parse(parts[0]), int.Parse(parts[1]));
        }
    }

    /// <summary>Routes a prefix by a gateway, or, with none, onto a device.</summary>
    public void Route(string prefix, string? gateway, string? device = null) =>
        Network.Routes.Add(IPNetwork.Parse(prefix), gateway is null ? null : IPAddress.Parse(gateway), device);

    public PingReply Ping(string address, int payload = 56, int ttl = 64, bool dontFragment = false) => Namespace.Run(() =>
    {
        using var ping = new Ping();
        return ping.Send(IPAddress.Parse(address), PingTimeout, new byte[payload], new PingOptions(ttl, dontFragment));
    });

    /// <summary>Pings until the first answer, for what is still being resolved, and then for real: every one must be answered.</summary>
    public void AssertReaches(string address, int payload = 56)
    {
        Assert.That(NetworkLab.Eventually(() => Ping(address).Status == IPStatus.Success, seconds: 20), Is.True, $"{role} reaches {address}");

        for (int i = 0; i < 10; i++)
        {
            Assert.That(Ping(address, payload).Status, Is.EqualTo(IPStatus.Success), $"ping {i} from {role} to {address}");
        }
    }
}
