using System.Runtime.InteropServices;

namespace VRouter.Forwarding;

/// <summary>
/// A packet: its head frame, the frames chained behind it, what its port said about it, and what the walk has learned so far.
/// One cache line. Headers through layer 4 always lie in the head frame.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct Packet
{
    // Where it lies. Ports fill these; offsets in a frame count from the frame's first byte.

    /// <summary>The head frame. Frames behind it hang on its <see cref="Native.FrameLink.Next"/>.</summary>
    public uint Frame;

    /// <summary>Where the packet's first byte lies in the head frame.</summary>
    public ushort Start;

    /// <summary>How many of its bytes the head frame holds.</summary>
    public ushort HeadLength;

    /// <summary>All bytes of the packet, chained ones included.</summary>
    public uint Length;

    // What the port left to be done (virtio 1.2 section 5.1.6). Offsets count from the packet's first byte.

    /// <summary>Where the unfinished checksum begins to sum.</summary>
    public ushort ChecksumStart;

    /// <summary>Where, behind <see cref="ChecksumStart"/>, it is stored.</summary>
    public ushort ChecksumOffset;

    /// <summary>Payload bytes a segment is to have; 0 = not to be cut.</summary>
    public ushort GsoSize;

    /// <summary>How it is to be cut.</summary>
    public GsoType GsoType;

    /// <summary>What else the port said.</summary>
    public PacketFlags Flags;

    /// <summary>The vif it came in on: an index into the state's vifs.</summary>
    public ushort Ingress;

    // What the walk knows. The bytes stay as they came until the rewrite: L3 is where the packet proper begins, Start where the frame did.

    /// <summary>The vif it leaves on.</summary>
    public ushort Egress;

    /// <summary>Where the IP header lies, from the frame's first byte; of other packets what follows Ethernet.</summary>
    public ushort L3;

    /// <summary>Where the transport header lies, from the frame's first byte; 0 = none in this packet (a later fragment).</summary>
    public ushort L4;

    /// <summary>The transport protocol (IANA number), behind any extension headers.</summary>
    public byte Protocol;

    /// <summary>How far it has come.</summary>
    public Fate Fate;

    /// <summary>Why it is dropped, when it is.</summary>
    public DropReason Reason;

    /// <summary>The kind of object that decided on it; <see cref="ObjectId"/> is its number.</summary>
    public ObjectKind ObjectKind;

    /// <summary>Bytes from <see cref="L3"/> on, without what Ethernet padded.</summary>
    public int L3Length;

    /// <summary>The VRF it is in: an index into the state's VRFs.</summary>
    public int Vrf;

    /// <summary>The hash of the inner flow: entropy, member, owner.</summary>
    public uint Hash;

    /// <summary>The next hop it takes: a slot of the next hops.</summary>
    public int NextHop;

    /// <summary>The label or VNI under which it leaves.</summary>
    public uint Label;

    /// <summary>The route it took.</summary>
    public RouteId Route;

    /// <summary>The object that decided: its id, or, of a route, its <see cref="RouteId"/>, of a security group the number of the rule.</summary>
    public uint ObjectId;

    /// <summary>The entry of its flow; 0 = it has none. Of a fragment on its way to its flow, or there again, the ports of its datagram.</summary>
    public uint Flow;
}
