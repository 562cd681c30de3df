using System.Diagnostics;
using VRouter.Bench.Scenarios;
using VRouter.Bench.Traffic;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Bench.Routes;

/// <summary>A data plane with many routes from one tenant to two others.</summary>
internal sealed class RoutedSite : IDisposable
{
    private const int FrameLength = 80;

    private static readonly VifId s_other = new(4);
    private static readonly NextHopId s_toOther = new(4);
    private static readonly MacAddress s_otherMac = new(0x0200_0000_0004);
    private static readonly IpAddress s_otherAddress = IpAddress.FromIpv4(0x0A00_0004);             // 10.0.0.4

    private readonly DataPlane _dataPlane = new(new DataPlaneOptions { OpenPorts = false, Frames = 1024 });
    private readonly MemoryPort _client;
    private readonly MemoryPort[] _servers;

    public RoutedSite()
    {
        Transaction site = Site.WithTenants();
        site.Vifs.Add(Site.Tenant(s_other, s_otherMac, s_otherAddress));
        site.NextHops.Add(new VifNextHop(s_toOther, s_other));
        Apply(site);

        _client = Attach(Site.Client);
        _servers = [Attach(Site.Server), Attach(s_other)];
    }

    /// <summary>The data plane itself.</summary>
    public DataPlane DataPlane => _dataPlane;

    /// <summary>The next hops to the two tenants that routes may lead to.</summary>
    public static IReadOnlyList<NextHopId> Servers { get; } = [Site.ToServer, s_toOther];

    /// <summary>Applies routes; milliseconds until a packet to the destination has come out at the first server.</summary>
    public double Load(Transaction routes, IpAddress destination)
    {
        byte[] packet = PacketTo(destination);
        long start = Stopwatch.GetTimestamp();
        Apply(routes);
        Send(packet, server: 0);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Turns a route to a server; microseconds until a packet has come out there, and bytes that Apply allocated.</summary>
    public (double Microseconds, long AllocatedBytes) Turn(IpPrefix prefix, int server)
    {
        byte[] packet = PacketTo(prefix.Address);
        var change = new Transaction { Routes = { new Route(Site.Tenants, prefix, Servers[server]) } };

        long start = Stopwatch.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
        Apply(change);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Send(packet, server);
        return (Stopwatch.GetElapsedTime(start).TotalMicroseconds, allocated);
    }

    /// <summary>Sends a packet; the number of the server at which it has come out.</summary>
    public int Send(byte[] packet)
    {
        if (_client.TryDeliver(packet) && _dataPlane.Step() == 1)
        {
            for (int server = 0; server < _servers.Length; server++)
            {
                if (_servers[server].TryCollect(out _))
                {
                    return server;
                }
            }
        }

        throw new BenchException($"a packet did not come out (drops: {string.Join(", ", _dataPlane.ReadCounters().Drops)})");
    }

    /// <inheritdoc/>
    public void Dispose() => _dataPlane.Dispose();

    /// <summary>A packet of the client's.</summary>
    public static byte[] PacketTo(IpAddress destination)
    {
        byte[] packet = new byte[FrameLength];
        FrameWriter.WriteTenantFrame(packet, Site.ClientMac, destination.IsIpv6 ? Site.ClientIpv6Address : Site.ClientAddress, destination);
        return packet;
    }

    private void Apply(Transaction transaction)
    {
        ApplyResult result = _dataPlane.Apply(transaction);

        if (!result.IsApplied)
        {
            throw new BenchException($"refused: {string.Join("; ", result.Problems.Take(3))}");
        }
    }

    private void Send(byte[] packet, int server)
    {
        if (Send(packet) != server)
        {
            throw new BenchException("a packet did not take its route");
        }
    }

    private MemoryPort Attach(VifId vif)
    {
        var port = new MemoryPort(_dataPlane.Frames, ringSize: 16);
        _dataPlane.Attach(vif, port);
        return port;
    }
}
