using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>The Ethernet header, and the 802.1Q tag if there is one, that packets of one interface leave under.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct EthernetTemplate(MacAddress source, ushort vlanId)
{
    private readonly MacBytes _source = source;
    private readonly UInt16BE _vlanId = vlanId;

    /// <summary>Bytes put in front of a packet: 14, or 18 with a tag.</summary>
    public int Length => _vlanId == 0 ? EthernetHeader.Size : EthernetHeader.Size + VlanHeader.Size;

    /// <summary>Writes the header in front of a packet: it ends where the packet starts. <see cref="Length"/> bytes must be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ref byte packet, MacAddress destination, ushort etherType)
    {
        int start = -EthernetHeader.Size;

        if (_vlanId != 0)
        {
            Headers.At<VlanHeader>(ref packet, -VlanHeader.Size) = new VlanHeader(_vlanId, etherType);
            start -= VlanHeader.Size;
            etherType = EtherType.Vlan;
        }

        ref EthernetHeader header = ref Headers.At<EthernetHeader>(ref packet, start);
        header.Destination = destination;
        header.Source = _source;
        header.EtherType = etherType;
    }
}
