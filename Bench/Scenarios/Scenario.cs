using System.Buffers.Binary;
using VRouter.Bench.Pipelines;
using VRouter.Bench.Traffic;
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

    /// <summary>The inner IP header.</summary>
    public virtual IpLayout Layout => IpLayout.Ipv4;

    /// <summary>Whether the data plane keeps flows of these packets.</summary>
    public virtual bool HasFlows => true;

    /// <summary>Whether its packets alone make it: they are the same each time, and nothing else changes.</summary>
    public virtual bool IsPlain => true;

    /// <summary>Packets that a flow sends one after the other.</summary>
    public virtual int PacketsAFlow => 1;

    /// <summary>Bytes of an arriving packet that carries, or is, a tenant's Ethernet frame of so many.</summary>
    public int LengthOf(int frame) => BytesInFront - EthernetHeader.Size + frame;

    /// <summary>The plan as this scenario can do it.</summary>
    public virtual Plan Adapt(Plan plan) => plan;

    /// <summary>Which flows a frame stands for.</summary>
    public virtual FlowTurns TurnsOf(int flows) => FlowTurns.Of(flows);

    /// <summary>All that the data plane is to know.</summary>
    public abstract Transaction Configure(Plan plan);

    /// <summary>Writes a packet as it arrives; <paramref name="packet"/> begins at its first byte and ends at its last.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="number">That of its flow; where a flow sends several, of all packets of all flows in turn.</param>
    public abstract void Write(Span<byte> packet, int number);

    /// <summary>The number by which a packet was written.</summary>
    public virtual int NumberOf(ReadOnlySpan<byte> packet) => FlowTurns.FlowOf(
        BinaryPrimitives.ReadUInt16BigEndian(packet[(BytesInFront + Layout.Number)..]),
        BinaryPrimitives.ReadUInt16BigEndian(packet[(BytesInFront + Layout.Udp)..]));

    /// <summary>Whether the inner IP packet that has left is what its flow makes of it.</summary>
    public virtual bool IsRight(ReadOnlySpan<byte> packet) => true;

    /// <summary>What is measured: the data plane, but for the limit.</summary>
    public virtual IPipeline Open(Plan plan) => new DataPlanePipeline(this, plan);

    /// <summary>What changes while it is measured; null = nothing.</summary>
    public virtual Changes? OpenChanges(DataPlane dataPlane) => null;
}
