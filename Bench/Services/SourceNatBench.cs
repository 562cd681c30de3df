using VRouter.Bench.Measuring;
using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Services;

/// <summary>Sessions of some clients, all from the same port, through one address of a source NAT to many destinations.</summary>
internal sealed class SourceNatBench
{
    // 10.64.0.0/10: each node has so many of its addresses.
    private const uint FirstDestination = 0x0A40_0000;
    private const int AddressesANode = 1 << 14;
    private const int PrefixLength = 18;

    private readonly int _sessions;
    private readonly int _clients;
    private readonly ulong[] _ends;
    private int _read;

    private SourceNatBench(int sessions, int clients) => (_sessions, _clients, _ends) = (sessions, clients, new ulong[sessions]);

    /// <summary>The most sessions that a client has: as many as there are destinations.</summary>
    public const int MostSessions = AddressesANode * Site.Nodes;

    /// <summary>Sets all sessions up, and checks that no two leave as one.</summary>
    public static SourceNatFigures Measure(int sessions, int clients) => new SourceNatBench(sessions, clients).Measure();

    private SourceNatFigures Measure()
    {
        Transaction site = SourceNats.Through(_sessions).WithAnySource();
        site.Routes.AddRange(Enumerable.Range(0, Site.Nodes).Select(node =>
            SourceNats.RouteTo(new IpPrefix(IpAddress.FromIpv4(FirstDestination + (uint)(node * AddressesANode)), PrefixLength), node)));

        // Its memory is there before it is measured.
        Array.Fill(_ends, ulong.MaxValue);
        long before = ProcessMemory.Resident();
        using var node = new ServiceNode(site);
        node.Send(_sessions, Write, Read);
        long grown = ProcessMemory.Resident() - before;

        if (node.Flows != _sessions)
        {
            throw new BenchException($"{node.Flows} sessions instead of {_sessions}");
        }

        return ToFigures(node.Nanoseconds, grown);
    }

    private SourceNatFigures ToFigures(long nanoseconds, long grown)
    {
        Array.Sort(_ends);

        if (_ends.Zip(_ends.Skip(1)).Any(pair => pair.First == pair.Second))
        {
            throw new BenchException("two sessions have left as one");
        }

        int kept = _ends.Count(end => (ushort)end == FlowTurns.FirstPort);
        return new SourceNatFigures(
            "snat-sessions", _sessions, DestinationsOf(_sessions), _clients, _ends.Select(end => (ushort)end).Distinct().Count(),
            Math.Round((double)kept / _sessions, 4), (long)(_sessions / (nanoseconds / 1e9)), grown / _sessions);
    }

    private void Write(Span<byte> frame, int session)
    {
        IpAddress destination = IpAddress.FromIpv4(FirstDestination + (uint)(session % DestinationsOf(_sessions)));
        IpAddress client = IpAddress.FromIpv4(Site.ClientAddress.Ipv4 + (uint)(session / DestinationsOf(_sessions)));

        FrameWriter.Write(frame, new EthernetHeader(Site.VirtualMac, Site.ClientMac, EtherType.Ipv4));
        FrameWriter.WriteIpv4Packet(frame[EthernetHeader.Size..], flow: 0, client, destination, Site.ServicePort);
    }

    private void Read(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> packet = frame[(Outer.VxlanSize + EthernetHeader.Size)..];
        (IpAddress source, ushort port) = FrameReader.SourceOf(packet);

        if (source != SourceNats.Pool || !FrameReader.HasRightChecksums(packet))
        {
            throw new BenchException("a packet was not translated as it should");
        }

        _ends[_read++] = (ulong)FrameReader.DestinationOf(packet).Address.Ipv4 << 16 | port;
    }

    private int DestinationsOf(int sessions) => (sessions + _clients - 1) / _clients;
}
