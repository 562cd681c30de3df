using VRouter.Bench.Pipelines;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>One thing to measure: what the data plane knows, which packets arrive and where they leave.</summary>
internal abstract class Scenario
{
    /// <summary>The name on the command line and in the figures.</summary>
    public abstract string Name { get; }

    /// <summary>One line for <c>vrouter-bench list</c>.</summary>
    public abstract string Summary { get; }

    /// <summary>Where packets arrive.</summary>
    public abstract VifId Ingress { get; }

    /// <summary>Where they leave.</summary>
    public abstract VifId Egress { get; }

    /// <summary>Bytes that lie in front of the inner IP header when a packet arrives.</summary>
    public abstract int BytesInFront { get; }

    /// <summary>Bytes that are written in front of the inner IP header before it leaves.</summary>
    public abstract int BytesWritten { get; }

    /// <summary>Bytes of an arriving packet that carries, or is, a tenant's Ethernet frame of so many.</summary>
    public int LengthOf(int frame) => BytesInFront - EthernetHeader.Size + frame;

    /// <summary>All that the data plane is to know, for this many destinations.</summary>
    public abstract Transaction Configure(int destinations);

    /// <summary>Writes the packet of a flow as it arrives; <paramref name="packet"/> begins at its first byte and ends at its last.</summary>
    public abstract void Write(Span<byte> packet, int flow);

    /// <summary>What is measured: the data plane, but for the limit.</summary>
    public virtual IPipeline Open(Plan plan) => new DataPlanePipeline(this, plan);
}
