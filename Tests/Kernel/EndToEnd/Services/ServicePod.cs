using System.Globalization;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>A pod of VRF 1 on a TAP, known to all nodes by its number: 10.0.0.N, fd00::N, label 100 + N, interface and next hop 10 + N.</summary>
internal sealed class ServicePod(NetworkLab lab, int node, uint number)
{
    public Machine Machine { get; } = new(lab, $"pod{number}");

    /// <summary>The number of its node.</summary>
    public int Node { get; } = node;

    public string Address { get; } = $"10.0.0.{number}";

    public string Ipv6Address { get; } = $"fd00::{number}";

    public string Name => Machine.Name;

    public VifId Vif => new(10 + number);

    public NextHopId NextHop => new(10 + number);

    public uint Label => 100 + number;

    /// <summary>Where it serves what the service has on port 80: another port at every pod.</summary>
    public ushort WebPort => (ushort)(8079 + number);

    /// <summary>Where it answers datagrams.</summary>
    public ushort DatagramPort => (ushort)(5300 + number);

    public Vif Spec => EndToEnd.Node.TapVif(Vif.Value, Machine, Mac, Label, Address, Ipv6Address);

    private string Mac => string.Create(CultureInfo.InvariantCulture, $"02:00:00:00:01:{number:x2}");

    /// <summary>Its own side of the TAP, once that is there.</summary>
    public void Configure() => EndToEnd.Node.ConfigurePod(Machine, Mac, $"{Address}/24", $"{Ipv6Address}/64");
}
