using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

/// <summary>
/// Network namespaces and devices of one test: named after the process so that runs do not meet, removed at the end whatever
/// happened, and swept up by the next run when the process was killed.
/// </summary>
internal sealed class NetworkLab : IDisposable
{
    private const string Prefix = "vrtest";

    private static int s_count;

    private readonly List<IDisposable> _things = [];
    private readonly List<string> _names = [];

    static NetworkLab() => SweepUp();

    public NetworkLab()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("needs root: it makes network namespaces and devices");
        }
    }

    /// <summary>Makes a namespace with its loopback up.</summary>
    public NetworkNamespace CreateNamespace(string role)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}-{role}");
        NetworkNamespace made = NetworkNamespace.Create(name);
        _names.Add(name);
        Keep(made);
        Configure(made).Links.SetUp("lo");
        return made;
    }

    /// <summary>The configuration of a namespace.</summary>
    public Netlink Configure(NetworkNamespace inside) => Keep(new Netlink(inside.Name));

    /// <summary>Makes a veth pair between two namespaces, both ends up, transmit checksums finished by the kernel at both.</summary>
    public void Connect(NetworkNamespace left, string leftName, NetworkNamespace right, string rightName, int queues = 1, int mtu = 1500)
    {
        Configure(left).Links.CreateVeth(leftName, rightName, right, queues);

        foreach ((NetworkNamespace side, string name) in new[] { (left, leftName), (right, rightName) })
        {
            Netlink netlink = Configure(side);
            using var ethtool = new Ethtool(side.Name);
            ethtool.SetTransmitChecksum(name, on: false);
            netlink.Links.SetMtu(name, mtu);
            netlink.Links.SetUp(name);
        }
    }

    /// <summary>Has something disposed of at the end, before the namespaces go.</summary>
    public T Keep<T>(T thing) where T : IDisposable
    {
        _things.Add(thing);
        return thing;
    }

    public void Dispose()
    {
        for (int i = _things.Count - 1; i >= 0; i--)
        {
            _things[i].Dispose();
        }

        _names.ForEach(NetworkNamespace.Delete);
    }

    private static void SweepUp()
    {
        if (!Environment.IsPrivilegedProcess || !Directory.Exists("/run/netns"))
        {
            return;
        }

        foreach (string name in Directory.GetFiles("/run/netns", Prefix + "-*").Select(path => Path.GetFileName(path)))
        {
            if (int.TryParse(name.Split('-')[1], CultureInfo.InvariantCulture, out int process) && !Directory.Exists($"/proc/{process}"))
            {
                NetworkNamespace.Delete(name);
            }
        }
    }

    /// <summary>Waits until something is so; the kernel is not always done when its call returns, and the machine may be busy.</summary>
    public static bool Eventually(Func<bool> isSo, double seconds = 10)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; Thread.Sleep(5))
        {
            if (isSo())
            {
                return true;
            }
        }

        return isSo();
    }
}
