using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Flood;

/// <summary>A tenant that sends another one SYNs, each from another port, and never goes on. Nothing forbids it.</summary>
internal sealed class SynFlood : Scenario
{
    private const ushort Http = 80;
    private const int OptionBytes = 8;

    private static readonly VifId s_attacker = new(4);
    private static readonly MacAddress s_mac = new(0x0200_0000_0004);
    private static readonly IpAddress s_address = IpAddress.FromIpv4(0x0A00_0004);      // 10.0.0.4

    // MSS 1,460, SACK permitted, two of no operation: RFC 9293 section 3.1, RFC 2018.
    private static ReadOnlySpan<byte> Options => [2, 4, 0x05, 0xB4, 4, 2, 1, 1];

    public override string Name => "syn-flood";

    public override string Summary => "a SYN with every packet, from tenant to tenant";

    public override VifId Ingress => s_attacker;

    public override VifId Egress => Site.Server;

    public override int BytesInFront => EthernetHeader.Size;

    public override int BytesWritten => EthernetHeader.Size;

    public override bool IsPlain => false;

    public override Plan Adapt(Plan plan) => plan with { Flows = Share.FewestFrames, Frame = EthernetHeader.Size + Ipv4Header.Size + TcpHeader.Size + OptionBytes };

    public override FlowTurns TurnsOf(int flows) => FlowTurns.Endless;

    /// <summary>The attacker and its victim, and the way between them.</summary>
    public override Transaction Configure(Plan plan)
    {
        var attack = new Transaction { Vifs = { Open(s_attacker, s_mac, s_address), Open(Site.Server, Site.ServerMac, Site.ServerAddress) } };

        for (int flow = 0; flow < FlowTurns.DestinationsOf(plan.Flows); flow++)
        {
            attack.Routes.Add(new Route(Site.Tenants, IpPrefix.Host(Victim(flow)), Site.ToServer));
        }

        return attack;
    }

    public override void Write(Span<byte> packet, int number)
    {
        Span<byte> ip = packet[EthernetHeader.Size..], segment = ip[Ipv4Header.Size..];
        FrameWriter.Write(packet, new EthernetHeader(Site.VirtualMac, s_mac, EtherType.Ipv4));
        FrameWriter.WriteIpv4(ip, IpProtocol.Tcp, s_address, Victim(number));

        // What balances the port lies where nobody looks without ACK.
        ushort port = FlowTurns.PortOf(number);
        var tcp = new TcpHeader
        {
            SourcePort = port,
            DestinationPort = Http,
            Sequence = (uint)number,
            Acknowledgement = (uint)FlowTurns.Balance(port) << 16,
            WordsAndReserved = (TcpHeader.Size + OptionBytes) / 4 << 4,
            Flags = TcpFlags.Syn,
            Window = ushort.MaxValue,
        };

        FrameWriter.Write(segment, tcp);
        Options.CopyTo(segment[TcpHeader.Size..]);
        tcp.Checksum = Checksum.Of(segment, Checksum.PseudoHeader(s_address, Victim(number), IpProtocol.Tcp, segment.Length));
        FrameWriter.Write(segment, tcp);
    }

    // Flows are kept, and no group forbids them.
    private static Vif Open(VifId id, MacAddress mac, IpAddress address) => Site.Tenant(id, mac, address) with { PolicyDisabled = false };

    // 10.96.0.0 and on.
    private static IpAddress Victim(int flow) => IpAddress.FromIpv4(0x0A60_0000u + FlowTurns.DestinationOf(flow));
}
