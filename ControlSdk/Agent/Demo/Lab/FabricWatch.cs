using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Counts what passes on the fabric by its encapsulation, so that the demo says what it saw and not what it asked for.</summary>
internal sealed class FabricWatch : IPacketWatch
{
    private const ushort MplsOverUdpPort = 6635;        // RFC 7510 section 5

    private long _vxlan, _mplsOverUdp, _other;

    public FabricCounts Counts => new(Interlocked.Read(ref _vxlan), Interlocked.Read(ref _mplsOverUdp), Interlocked.Read(ref _other));

    public void See(ReadOnlySpan<byte> packet)
    {
        ref long count = ref _other;

        switch (UdpPort(packet))
        {
            case VxlanHeader.UdpPort:
                count = ref _vxlan;
                break;
            case MplsOverUdpPort:
                count = ref _mplsOverUdp;
                break;
        }

        Interlocked.Increment(ref count);
    }

    /// <summary>The destination port of a UDP packet over IPv4 with no options, which is what our tunnels are; else 0.</summary>
    private static int UdpPort(ReadOnlySpan<byte> packet)
    {
        const int Type = 12, Protocol = EthernetHeader.Size + 9, Port = EthernetHeader.Size + Ipv4Header.Size + 2;

        bool isUdp = packet.Length > Port + 1 && Number(packet, Type) == EtherType.Ipv4 && packet[Protocol] == IpProtocol.Udp;
        return isUdp ? Number(packet, Port) : 0;
    }

    private static int Number(ReadOnlySpan<byte> packet, int at) => packet[at] << 8 | packet[at + 1];
}
