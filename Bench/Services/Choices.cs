using VRouter.Forwarding;

namespace VRouter.Bench.Services;

/// <summary>Which member each of many flows goes to.</summary>
internal static class Choices
{
    /// <summary>Sends a packet of each flow: the node that each has left for.</summary>
    public static byte[] Read(ServiceNode node, int flows)
    {
        byte[] chosen = new byte[flows];

        node.Send(flows, ServiceSite.Write, frame =>
        {
            (int flow, int to) = ServiceSite.Read(frame);
            chosen[flow] = (byte)to;
        });

        return chosen;
    }

    /// <summary>What all flows choose where there were none before.</summary>
    public static byte[] OfNewFlows(int flows, IEnumerable<EcmpMember> members)
    {
        using var node = new ServiceNode(ServiceSite.With(flows, members));
        return Read(node, flows);
    }
}
