using System.Globalization;
using VRouter.Native;

namespace VRouter.Bench.Io;

/// <summary>
/// Two veth pairs between two network namespaces of their own, gone when disposed: near ends are a forwarder's, far ends send and count.
/// </summary>
internal sealed class Wires : IDisposable
{
    /// <summary>The near ends: where packets arrive and where they leave.</summary>
    public const string NearIn = "near0", NearOut = "near1";

    private const string FarIn = "far0", FarOut = "far1";
    private const string Prefix = "vrbench";

    private readonly Stack<NetworkNamespace> _namespaces = new();

    public Wires()
    {
        SweepUp();

        try
        {
            Far = Create("far");
            Near = Create("near");
            Connect(FarIn, NearIn);
            Connect(FarOut, NearOut);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The namespace of the near ends.</summary>
    public NetworkNamespace Near { get; }

    /// <summary>The namespace of the far ends.</summary>
    public NetworkNamespace Far { get; }

    /// <summary>A sender of these frames at the far end of the way in; to be used on any thread.</summary>
    public PacketSender OpenSender(IReadOnlyList<byte[]> frames)
    {
        using var netlink = new Netlink(Far.Name);
        int device = netlink.Links.Get(FarIn).Index;
        return Far.Run(() => new PacketSender(device, frames));
    }

    /// <summary>Packets that have come out at the far end of the way out.</summary>
    public long ReadArrived() => Far.Run(() =>
    {
        // "  far1: BYTES PACKETS ...", proc_pid_net(5)
        string line = File.ReadLines("/proc/thread-self/net/dev").Single(text => text.TrimStart().StartsWith(FarOut + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    });

    /// <summary>Whether no XDP program is attached to a near end: the last forwarder has gone.</summary>
    public bool IsFree()
    {
        using var netlink = new Netlink(Near.Name);
        return netlink.Links.Get(NearIn).XdpProgram == 0 && netlink.Links.Get(NearOut).XdpProgram == 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_namespaces.TryPop(out NetworkNamespace? made))
        {
            made.Dispose();
            NetworkNamespace.Delete(made.Name);
        }
    }

    private NetworkNamespace Create(string role)
    {
        var made = NetworkNamespace.Create(string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Environment.ProcessId}-{role}"));
        _namespaces.Push(made);

        // What the kernel says of itself (router solicitations, duplicate address detection) is not to be forwarded.
        made.Run(() => File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1"));
        return made;
    }

    private void Connect(string far, string near)
    {
        using var there = new Netlink(Far.Name);
        using var here = new Netlink(Near.Name);
        there.Links.CreateVeth(far, near, Near);
        there.Links.SetUp(far);
        here.Links.SetUp(near);
    }

    // What a run that was killed left.
    private static void SweepUp()
    {
        if (!Directory.Exists("/run/netns"))
        {
            return;
        }

        foreach (string path in Directory.GetFiles("/run/netns", Prefix + "-*"))
        {
            string name = Path.GetFileName(path);

            if (int.TryParse(name.Split('-')[1], CultureInfo.InvariantCulture, out int process) && !Directory.Exists($"/proc/{process}"))
            {
                NetworkNamespace.Delete(name);
            }
        }
    }
}
