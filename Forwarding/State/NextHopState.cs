using System.Runtime.InteropServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What the walk knows of a next hop: four cache lines that lie in native memory and never change once published.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal record struct NextHopState
{
    public NextHopKind Kind;

    public EncapsulationKind Encapsulation;

    /// <summary>The MAC is that of the packet's own destination, to be found by ARP or ND.</summary>
    public bool IsConnected;

    /// <summary>A tunnel, or a vif with no tag whose neighbour is one and the same: nothing to be found out a packet.</summary>
    public bool IsPlain;

    /// <summary>The vif it leaves on.</summary>
    public ushort Egress;

    /// <summary>The largest L3 packet that fits the way out.</summary>
    public int Room;

    /// <summary>The entry of the neighbour table that knows the MAC; 0 = <see cref="Mac"/> is it.</summary>
    public int Neighbour;

    /// <summary>The VRF to look up again in.</summary>
    public int Vrf;

    /// <summary>The destination MAC, when it is known ahead.</summary>
    public MacAddress Mac;

    /// <summary>The source MAC of frames that are not tunnelled.</summary>
    public MacAddress SourceMac;

    /// <summary>The 802.1Q tag of the way out; 0 = none.</summary>
    public ushort Vlan;

    /// <summary>The label or VNI, where the route brings none.</summary>
    public uint Label;

    /// <summary>Its number; 0 = derived.</summary>
    public uint Id;

    /// <summary>The lower 32 bits of the generation that wrote it: a slot may have been another next hop's.</summary>
    public uint Generation;

    /// <summary>The tunnel's far end.</summary>
    public IpAddress Destination;

    public TunnelTemplate Template;
}
