using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>What does not fit, and what is in pieces (semantics, section 3).</summary>
[TestFixture]
public sealed class SizeTests
{
    [Test]
    public void SendsWhatJustFits([Tunnels] EncapsulationKind kind, [Values] bool overIpv6, [Values] bool isIpv6)
    {
        using Node node = Lab.Start(kind, overIpv6);

        node.Receive(Lab.Tenant, Lab.FromTenant(OfSize(Room(kind, overIpv6), isIpv6)));

        Assert.That(node.SentOnce(Lab.Fabric), Has.Length.EqualTo(1514), "an outer packet of exactly the MTU");
    }

    [Test]
    public void TellsTheSenderTheLargestSizeThatFits([Tunnels] EncapsulationKind kind, [Values] bool overIpv6, [Values] bool isIpv6)
    {
        using Node node = Lab.Start(kind, overIpv6);
        byte[] packet = OfSize(Room(kind, overIpv6) + 1, isIpv6);

        node.Receive(Lab.Tenant, Lab.FromTenant(packet));

        Assert.That(node.LastDrop, Is.EqualTo(DropReason.PacketTooBig));
        Assert.That(node.Plane.ReadDrops()[^1].Object, Is.EqualTo(ObjectKey.Of(new VifId(Lab.Fabric))));
        byte[] error = node.SentOnce(Lab.Tenant);
        AssertError(error[14..], isIpv6 ? "fd01::1" : "10.1.0.1", isIpv6 ? (byte)2 : (byte)3, isIpv6 ? (byte)0 : (byte)4, Room(kind, overIpv6), packet);
        Assert.That(node.Counters(Lab.Tenant).Made, Is.EqualTo(1));
    }

    [Test]
    public void CutsInsideWhatMayBeCut([Tunnels] EncapsulationKind kind, [Values] bool overIpv6, [Values(1, 3000, 8000)] int excess)
    {
        using Node node = Lab.Start(kind, overIpv6);
        byte[] packet = OfSize(Room(kind, overIpv6) + excess, isIpv6: false, mayBeCut: true);

        node.Receive(Lab.Tenant, Lab.FromTenant(packet));

        List<byte[]> sent = node.SentAll(Lab.Fabric);
        Assert.That(sent, Has.All.Length.LessThanOrEqualTo(1514));
        Tunnelled[] pieces = [.. sent.Select(Tunnelled.Read)];
        Assert.That(pieces.Select(piece => overIpv6 ? 0 : piece.OuterId).Distinct().Count(), Is.EqualTo(overIpv6 ? 1 : pieces.Length), "an id each");
        Assert.That(pieces.Select(piece => kind == EncapsulationKind.MplsOverGre ? 0 : piece.SourcePort).Distinct().Count(), Is.EqualTo(1), "one entropy");
        Assert.That(Reassembled(pieces.Select(piece => piece.Inner)), Is.EqualTo(Decremented(packet)));
        Assert.That(node.Counters(Lab.Tenant).Made, Is.EqualTo(pieces.Length - 1));
    }

    [Test]
    public void CutsOptionsByRfc791AndFragmentsOfFragments()
    {
        using Node node = Lab.StartUntracked();

        // Loose source routing is copied, record route is not.
        byte[] options = Wire.Bytes("83070400000000 01 07070400000000 00");
        byte[] packet = Craft.Ip("10.1.0.2", "10.2.0.2", IpProtocol.Udp, [.. Wire.Bytes("000100020bc00000"), .. new byte[3000]], options: options, flags: Ipv4Header.MoreFragments | 10);

        node.Receive(Lab.Tenant, Lab.FromTenant(packet));

        byte[][] pieces = [.. node.SentAll(Lab.Fabric).Select(frame => Tunnelled.Read(frame).Inner)];
        Assert.That(pieces[0][0], Is.EqualTo(0x49));
        Assert.That(pieces[1][0], Is.EqualTo(0x47));
        Assert.That(pieces.Select(piece => piece[6] & 0x20), Has.None.Zero, "none is the last");
        Assert.That((pieces[0][6] << 8 | pieces[0][7]) & 0x1FFF, Is.EqualTo(10));
    }

    [Test]
    public void KeepsPiecesBehindWhatCameBefore()
    {
        using Node node = Lab.Start();
        byte[][] packets = [.. Enumerable.Range(0, 30).Select(i => Lab.FromTenant(OfSize(i % 3 == 2 ? 2500 : 500, isIpv6: false, mayBeCut: true, seed: (byte)i)))];

        foreach (byte[] packet in packets)
        {
            Assert.That(node.Port(Lab.Tenant).TryDeliver(packet), Is.True);
        }

        node.Settle();

        // The first payload byte tells the packet.
        int[] order = [.. node.SentAll(Lab.Fabric).Select(frame => Tunnelled.Read(frame).Inner).Where(inner => (inner[6] << 8 & 0x1F00 | inner[7]) == 0).Select(inner => (int)inner[28])];
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 30)));
    }

    [Test]
    public void FragmentsTowardsTenantsAndTheHostToo([Values(Lab.Neighbour, Lab.Host)] uint to)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { Mtu = 1000 }, new Vif(new VifId(Lab.Host), VifKind.Host) { Mac = Node.Mac(Lab.HostMac), Mtu = 1000 }],
            Routes = [Lab.Route(1, "10.40.0.0/16", 40)],
        });
        string target = to == Lab.Host ? "10.40.0.1" : "10.1.0.3";
        byte[] packet = OfSize(1400, isIpv6: false, mayBeCut: true, to: target);
        byte[] fixedSize = OfSize(1400, isIpv6: false, to: target);

        node.Receive(Lab.Tenant, Lab.FromTenant(packet));
        Assert.That(Reassembled(node.SentAll(to).Select(frame => frame[14..])), Is.EqualTo(Decremented(packet)));

        node.Receive(Lab.Tenant, Lab.FromTenant(fixedSize));
        AssertError(node.SentOnce(Lab.Tenant)[14..], "10.1.0.1", 3, 4, 1000, fixedSize);
    }

    [Test]
    public void TellsATunnelledSenderThroughItsTunnel([Values] bool isIpv6)
    {
        using Node node = Lab.Start(EncapsulationKind.MplsOverUdp);
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { Mtu = 1280, Label = new MplsLabel(Lab.VifLabel), Gateways = [Node.Ip("10.1.0.254"), Node.Ip("fd01::fe")] }] });
        byte[] packet = OfSize(1281, isIpv6, from: Lab.Remote(isIpv6), to: Lab.Address(Lab.Tenant, isIpv6));

        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.MplsOverUdp, packet));

        Tunnelled error = Tunnelled.Read(node.SentOnce(Lab.Fabric));
        Assert.That(error.Headers.Label, Is.EqualTo(Lab.RemoteLabel));
        AssertError(error.Inner, isIpv6 ? "fd01::fe" : "10.1.0.254", isIpv6 ? (byte)2 : (byte)3, isIpv6 ? (byte)0 : (byte)4, 1280, packet);
        Assert.That(node.Counters(Lab.Fabric).Made, Is.EqualTo(1));
    }

    [Test]
    public void TakesTheErrorsSourceFromTheLowestInterfaceWithAGatewayElseSendsNone()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { Gateways = [] }, Lab.TenantVif(Lab.Neighbour, 1) with { Gateways = [Node.Ip("10.1.0.253")] }],
        });
        byte[] packet = Craft.Udp("10.2.0.2", "10.1.0.2", ttl: 1);
        byte[] packetIpv6 = Craft.Udp("fd02::2", "fd01::2", ttl: 1);

        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, packet));
        AssertError(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner, "10.1.0.253", 11, 0, 0, packet);

        node.AssertDropped(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, packetIpv6), DropReason.TtlExpired);
    }

    [Test]
    public void NeverTellsAboutErrorsFragmentsOrGroups([Values] bool isIpv6)
    {
        using Node node = Lab.StartUntracked();
        string from = Lab.Address(Lab.Tenant, isIpv6), to = Lab.Remote(isIpv6);
        byte[] about = Craft.Udp(to, from);
        byte[] error = isIpv6
            ? Craft.Icmp(from, to, 1, 0, 0, about, ttl: 1)
            : Craft.Icmp(from, to, IcmpType.DestinationUnreachable, 1, 0, about, ttl: 1);
        byte[] fragment = isIpv6
            ? Craft.Ip(from, to, IpProtocol.Fragment, Wire.Bytes("11000008 00000007 0000000000000000"), ttl: 1)
            : Craft.Ip(from, to, IpProtocol.Udp, new byte[8], ttl: 1, flags: 1);

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(error), DropReason.TtlExpired);
        node.AssertDropped(Lab.Tenant, Lab.FromTenant(fragment), DropReason.TtlExpired);

        // A first fragment and an echo are told about.
        node.Receive(Lab.Tenant, Lab.FromTenant(isIpv6
            ? Craft.Ip(from, to, IpProtocol.Fragment, Wire.Bytes("11000001 00000007 00010002 00200000"), ttl: 1)
            : Craft.Ip(from, to, IpProtocol.Udp, Wire.Bytes("00010002 00200000"), ttl: 1, flags: Ipv4Header.MoreFragments)));
        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);
    }

    [Test]
    public void TellsAHundredTimesASecondAndInterface()
    {
        using Node node = Lab.Start();
        byte[] packet = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2", ttl: 1));
        byte[] other = Lab.FromTenant(Craft.Udp("10.1.0.3", "10.2.0.2", ttl: 1), Lab.Neighbour);

        for (int i = 0; i < 250; i++)
        {
            node.Receive(Lab.Tenant, packet);
        }

        node.Receive(Lab.Neighbour, other);
        Assert.That(node.SentAll(Lab.Tenant), Has.Count.EqualTo(100));
        Assert.That(node.SentAll(Lab.Neighbour), Has.Count.EqualTo(1), "another one's errors are its own");
        Assert.That(node.Counters(Lab.Tenant).Drops[DropReason.TtlExpired], Is.EqualTo(250), "not RateLimited: that is for answers");

        node.Wait(1);
        node.Receive(Lab.Tenant, packet);
        Assert.That(node.SentAll(Lab.Tenant), Has.Count.EqualTo(1));
    }

    [Test]
    public void QuotesAsMuchAsItMay([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        byte[] packet = isIpv6 ? OfSize(1490, true) : OfSize(1490, false);

        node.Receive(Lab.Tenant, Lab.FromTenant(packet));

        Assert.That(node.SentOnce(Lab.Tenant), Has.Length.EqualTo(14 + (isIpv6 ? 1280 : 576)));
    }

    [Test]
    public void CarriesPacketsOfSeveralFrames([Tunnels] EncapsulationKind kind, [Values] bool isIpv6, [Values(1779, 1780, 1781, 3000, 8900)] int size)
    {
        using Node node = Lab.Start(kind);
        node.Apply(new Transaction { Vifs = [Lab.Configuration(kind).Vifs[0] with { Mtu = 9000 }, Lab.TenantVif(Lab.Tenant, 1) with { Mtu = 9000 }] });
        byte[] there = OfSize(size, isIpv6);
        byte[] back = OfSize(size, isIpv6, from: Lab.Remote(isIpv6), to: Lab.Address(Lab.Tenant, isIpv6));

        node.Receive(Lab.Tenant, Lab.FromTenant(there));
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner, Is.EqualTo(Decremented(there)));

        node.Receive(Lab.Fabric, [.. Lab.FromTunnel(kind, back), .. new byte[3000]]);
        Assert.That(node.SentOnce(Lab.Tenant)[14..], Is.EqualTo(Decremented(back)), "what lay behind it in other frames is cut off");
        Assert.That(node.Plane.Frames.Available, Is.GreaterThan(3900), "no frame is lost");
    }

    [Test]
    public void DropsWhatItHasNoFramesToCutInto()
    {
        using Node node = new(new DataPlaneOptions { Frames = 160 });
        node.Apply(Lab.Configuration());
        byte[] frame = Lab.FromTenant(OfSize(1452, isIpv6: false, mayBeCut: true));

        for (int i = 0; i < 90; i++)
        {
            Assert.That(node.Port(Lab.Tenant).TryDeliver(frame), Is.True);
        }

        // What is sent is not collected: no frame comes home.
        node.Settle();

        Assert.That(node.Counters(Lab.Tenant).Drops.Keys, Is.EqualTo(new[] { DropReason.NoBuffer }));
        Assert.That(node.Plane.ReadDrops()[^1].Packet.ToArray(), Is.EqualTo(frame[..128]), "as it came in");
    }

    /// <summary>Asserts an ICMP or ICMPv6 error with right checksums that quotes the start of a packet.</summary>
    internal static void AssertError(byte[] error, string source, byte type, byte code, int mtu, byte[] about)
    {
        bool isIpv6 = error[0] >> 4 == 6;
        int l4 = isIpv6 ? 40 : 20;
        IpAddress from = isIpv6 ? IpAddress.FromBytes(error.AsSpan(8, 16)) : IpAddress.FromBytes(error.AsSpan(12, 4));
        IpAddress to = isIpv6 ? IpAddress.FromBytes(error.AsSpan(24, 16)) : IpAddress.FromBytes(error.AsSpan(16, 4));
        IpAddress sender = isIpv6 ? IpAddress.FromBytes(about.AsSpan(8, 16)) : IpAddress.FromBytes(about.AsSpan(12, 4));

        Assert.That((from, to), Is.EqualTo((IpAddress.Parse(source), sender)));
        Assert.That((error[l4], error[l4 + 1]), Is.EqualTo((type, code)));
        Assert.That(error[l4 + 4] << 24 | error[l4 + 5] << 16 | error[l4 + 6] << 8 | error[l4 + 7], Is.EqualTo(mtu));
        Assert.That(Checksum.IsRight(error.AsSpan(l4), isIpv6 ? Checksum.PseudoHeader(from, to, IpProtocol.Icmpv6, error.Length - l4) : 0), Is.True, "ICMP checksum");

        byte[] quote = error[(l4 + 8)..];
        Assert.That(quote, Is.EqualTo(about[..quote.Length]));
        Assert.That(quote, Has.Length.EqualTo(Math.Min(about.Length, (isIpv6 ? 1280 : 576) - l4 - 8)));
    }

    internal static int Room(EncapsulationKind kind, bool overIpv6) => 1500 - (overIpv6 ? 40 : 20) - kind switch
    {
        EncapsulationKind.Vxlan => 8 + 8 + 14,
        EncapsulationKind.MplsOverUdp => 8 + 4,
        _ => 4 + 4,
    };

    internal static byte[] OfSize(int size, bool isIpv6, bool mayBeCut = false, string? from = null, string? to = null, byte seed = 1)
    {
        byte[] payload = [.. Enumerable.Range(0, size - (isIpv6 ? 48 : 28)).Select(i => (byte)(i + seed))];
        return Craft.Udp(from ?? Lab.Address(Lab.Tenant, isIpv6), to ?? Lab.Remote(isIpv6), payload, flags: mayBeCut ? (ushort)0 : Ipv4Header.DontFragment);
    }

    internal static byte[] Decremented(byte[] packet)
    {
        byte[] copy = [.. packet];

        if (copy[0] >> 4 == 6)
        {
            copy[7]--;
            return copy;
        }

        Layer<Ipv4Header>.TryRead(copy, out Layer<Ipv4Header> ip);
        ip.Header.DecrementTtl();
        return copy;
    }

    /// <summary>What a receiver makes of IPv4 fragments in order.</summary>
    internal static byte[] Reassembled(IEnumerable<byte[]> fragments)
    {
        byte[][] all = [.. fragments];
        var payload = new List<byte>();

        for (int i = 0; i < all.Length; i++)
        {
            Assert.That(Layer<Ipv4Header>.TryRead(all[i], out Layer<Ipv4Header> ip), Is.True);
            Assert.That(ip.Header.HasRightChecksum(), Is.True);
            Assert.That(ip.Header.FragmentOffset, Is.EqualTo(payload.Count));
            Assert.That(ip.Header.HasMoreFragments, Is.EqualTo(i < all.Length - 1));
            payload.AddRange(ip.Payload);
        }

        Layer<Ipv4Header>.TryRead(all[0], out Layer<Ipv4Header> first);
        Ipv4Header header = first.Header;
        header.FlagsAndOffset = 0;
        header.TotalLength = (ushort)(20 + payload.Count);
        header.SetChecksum();
        return [.. Wire.Emitted(header), .. payload];
    }
}
