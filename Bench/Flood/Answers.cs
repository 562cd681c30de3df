using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Encap;

namespace VRouter.Bench.Flood;

/// <summary>An answer to each of the client's flows, from the node that its destination is on: then they are established.</summary>
internal static class Answers
{
    private const int FrameLength = 60;

    /// <summary>Lets them arrive at the fabric, and takes them where the client would.</summary>
    public static void Send(PortPair tenantToFabric, int flows)
    {
        byte[] packet = new byte[Outer.VxlanSize + FrameLength];

        for (int flow = 0; flow < flows; flow++)
        {
            Write(packet, flow);

            if (!tenantToFabric.Egress.TryDeliver(packet))
            {
                throw new BenchException("no room for an answer");
            }

            tenantToFabric.Step(worker: 0);

            if (!tenantToFabric.Ingress.TryCollect(out _))
            {
                throw new BenchException($"an answer did not come through (drops: {string.Join(", ", tenantToFabric.ReadCounters().Drops)})");
            }
        }
    }

    private static void Write(Span<byte> packet, int flow)
    {
        Outer.WriteVxlan(packet, flow);
        FrameWriter.WriteTenantFrame(packet[Outer.VxlanSize..], flow, Site.GatewayMac, Site.ClientAddress);
        FrameWriter.TurnRound(packet[(Outer.VxlanSize + EthernetHeader.Size)..]);
    }
}
