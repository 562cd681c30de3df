namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Packets on the fabric by their encapsulation; the others are ARP between the nodes, mostly.</summary>
internal readonly record struct FabricCounts(long Vxlan, long MplsOverUdp, long Other)
{
    public static FabricCounts operator -(FabricCounts later, FabricCounts earlier) =>
        new(later.Vxlan - earlier.Vxlan, later.MplsOverUdp - earlier.MplsOverUdp, later.Other - earlier.Other);

    public override string ToString() =>
        $"{Amount.OfPackets(Vxlan)} VXLAN, {Amount.OfPackets(MplsOverUdp)} MPLS over UDP, {Amount.OfPackets(Other)} other";
}
