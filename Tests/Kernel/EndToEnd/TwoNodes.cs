using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>Two machines with a data plane of ours each, AF_XDP back to back over a veth, and a pod on a TAP behind either.</summary>
internal sealed class TwoNodes
{
    private static readonly string[] s_podMacs = ["02:00:00:00:01:01", "02:00:00:00:01:02"];

    public TwoNodes(NetworkLab lab, EncapsulationKind encapsulation, bool ipv6Underlay = false, int mtu = 1500)
    {
        Machine[] machines = [new Machine(lab, "left"), new Machine(lab, "right")];
        lab.Connect(machines[0].Namespace, Node.Fabric, machines[1].Namespace, Node.Fabric, mtu: mtu);
        Pods = [new Machine(lab, "pod1"), new Machine(lab, "pod2")];
        Nodes = [new Node(lab, machines[0]), new Node(lab, machines[1])];

        for (int i = 0; i < 2; i++)
        {
            Nodes[i].Apply(Configuration(i, encapsulation, ipv6Underlay, mtu));
            Node.ConfigurePod(Pods[i], s_podMacs[i], $"10.0.0.{i + 1}/24", $"fd00::{i + 1}/64");
        }
    }

    /// <summary>10.0.0.1 and fd00::1; 10.0.0.2 and fd00::2.</summary>
    public Machine[] Pods { get; }

    public Node[] Nodes { get; }

    private Transaction Configuration(int i, EncapsulationKind encapsulation, bool ipv6Underlay, int mtu)
    {
        int other = 1 - i;
        uint label = encapsulation == EncapsulationKind.Vxlan ? 5001 : (uint)(16 + other);

        return new Transaction
        {
            Vrfs = { new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 } },
            Vifs =
            {
                Node.FabricVif($"02:00:00:00:00:0{i + 1}", tunnelsOnly: false, $"192.0.2.{i + 1}/24", $"2001:db8::{i + 1}/64") with { Mtu = mtu },
                Node.TapVif(2, Pods[i], s_podMacs[i], (uint)(16 + i), $"10.0.0.{i + 1}", $"fd00::{i + 1}"),
            },
            NextHops = { new TunnelNextHop(new NextHopId(1), encapsulation, IpAddress.Parse(ipv6Underlay ? $"2001:db8::{other + 1}" : $"192.0.2.{other + 1}")) },
            Routes = { Node.Route($"10.0.0.{other + 1}/32", 1, label), Node.Route($"fd00::{other + 1}/128", 1, label) },
            Vnis = { new VniEntry(new Vni(5001), new VrfId(1)) },
        };
    }
}
