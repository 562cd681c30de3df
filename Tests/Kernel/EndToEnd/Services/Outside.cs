using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Kernel.EndToEnd;

/// <summary>
/// A node with two pods on the wire to a machine that knows nothing of vRouters: 192.0.2.1 and 192.0.2.2. The node's own stack is there too, on
/// the wire itself where our port leaves it all but tunnels, else behind the HOST interface.
/// </summary>
internal sealed class Outside
{
    public const string NodeAddress = "192.0.2.1", Address = "192.0.2.2";

    private const string FabricMac = "02:00:00:00:00:01";

    public Outside(NetworkLab lab, bool tunnelsOnly, Transaction services)
    {
        Machine = new Machine(lab, "outside");
        Node = new Node(lab, new Machine(lab, "node"));
        Pods = [new ServicePod(lab, 0, 1), new ServicePod(lab, 0, 2)];
        string stack = tunnelsOnly ? Node.Fabric : "vhost0";

        lab.Connect(Node.Machine.Namespace, Node.Fabric, Machine.Namespace, "eth0");
        Machine.Configure("eth0", mac: null, $"{Address}/24");

        if (tunnelsOnly)
        {
            Node.Machine.Configure(stack, FabricMac, $"{NodeAddress}/24");
        }

        Node.Apply(Interfaces(tunnelsOnly, stack));
        Node.Apply(services);

        if (!tunnelsOnly)
        {
            Node.Machine.Configure(stack, FabricMac, $"{NodeAddress}/24");
        }

        Array.ForEach(Pods, pod => pod.Configure());
    }

    public Machine Machine { get; }

    public Node Node { get; }

    public ServicePod[] Pods { get; }

    private Transaction Interfaces(bool tunnelsOnly, string stack) => new()
    {
        Vrfs = { new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3 } },
        Vifs =
        [
            Node.FabricVif(FabricMac, tunnelsOnly, $"{NodeAddress}/24"),
            .. Pods.Select(pod => pod.Spec),
            .. tunnelsOnly ? [] : new[] { new Vif(new VifId(3), VifKind.Host) { Mac = MacAddress.Parse(FabricMac), Port = new TapSpec(stack) } },
        ],
        NextHops = [.. Pods.Select(pod => new VifNextHop(pod.NextHop, pod.Vif))],
    };
}
