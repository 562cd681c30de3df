using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A machine with our data plane in it: its ports open, and its workers run, in the machine's namespace.</summary>
internal sealed class Node(NetworkLab lab, Machine machine)
{
    public const string Fabric = "fab0";
    public const string VirtualMac = "00:00:5e:00:01:00";

    private bool _isStarted;

    public Machine Machine { get; } = machine;

    public DataPlane Plane { get; } = lab.Keep(new DataPlane(new DataPlaneOptions { Frames = 32768 }));

    /// <summary>Applies what must be right, and starts the workers the first time.</summary>
    public void Apply(Transaction transaction) => Machine.Namespace.Run(() =>
    {
        Assert.That(Plane.Apply(transaction).Problems, Is.Empty);

        if (!_isStarted)
        {
            Plane.Start();
            _isStarted = true;
        }
    });

    /// <summary>The FABRIC interface, id 1, on <see cref="Fabric"/>.</summary>
    public static Vif FabricVif(string mac, bool tunnelsOnly, params string[] addresses) => new(new VifId(1), VifKind.Fabric)
    {
        Name = Fabric,
        Mac = MacAddress.Parse(mac),
        Addresses = [.. addresses.Select(address => IpPrefix.Parse(address))],
        Port = new AfXdpSpec(Fabric) { TunnelsOnly = tunnelsOnly },
    };

    /// <summary>A TENANT of VRF 1 on a TAP in the pod's namespace.</summary>
    public static Vif TapVif(uint id, Machine pod, string mac, uint label, params string[] addresses) =>
        TenantVif(id, mac, label, new TapSpec("eth0") { NetworkNamespace = pod.Name }, addresses);

    /// <summary>A TENANT of VRF 1.</summary>
    public static Vif TenantVif(uint id, string mac, uint label, PortSpec port, params string[] addresses) => new(new VifId(id), VifKind.Tenant)
    {
        Vrf = new VrfId(1),
        Mac = MacAddress.Parse(mac),
        Label = new MplsLabel(label),
        Addresses = [.. addresses.Select(address => IpPrefix.Host(IpAddress.Parse(address)))],
        Gateways = [IpAddress.Parse("10.0.0.254"), IpAddress.Parse("fd00::fe")],
        Port = port,
    };

    /// <summary>The pod's own side of its TAP: addresses, and the gateway as default route.</summary>
    public static void ConfigurePod(Machine pod, string mac, params string[] addresses)
    {
        pod.Configure("eth0", mac, addresses);
        pod.Route("0.0.0.0/0", "10.0.0.254");
        pod.Route("::/0", "fd00::fe");
    }

    /// <summary>A route of VRF 1.</summary>
    public static Forwarding.Route Route(string prefix, uint nextHop, uint label) =>
        new(new VrfId(1), IpPrefix.Parse(prefix), new NextHopId(nextHop)) { Label = label };

    /// <summary>Whatever came in is accounted for; a worker that forwards is caught between two batches sooner or later.</summary>
    public void AssertBalanced() => Assert.That(NetworkLab.Eventually(() => Plane.ReadCounters().IsBalanced), Is.True, "the books balance");

    /// <summary>What was dropped, for messages.</summary>
    public string Drops => string.Join(", ", Plane.ReadCounters().Drops.Select(drop => $"{drop.Key} {drop.Value}"));
}
