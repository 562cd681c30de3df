using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Packets of tenants for which somebody else has to be there, as who serves them sees them.</summary>
internal sealed class TrapTests
{
    private const string Own = "02:00:00:00:01:02";

    private static readonly (TrapReason Reason, byte[] Frame)[] s_frames =
    [
        (TrapReason.Dhcp, Craft.Ethernet("ff:ff:ff:ff:ff:ff", Own, Craft.Udp("0.0.0.0", "255.255.255.255", from: 68, to: 67))),
        (TrapReason.Dhcp, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.1", from: 68, to: 67))),
        (TrapReason.Dhcp, Craft.Ethernet("33:33:00:01:00:02", Own, Craft.Udp("fe80::2", "ff02::1:2", from: 546, to: 547))),
        (TrapReason.Igmp, Craft.Ethernet("01:00:5e:00:00:16", Own, Craft.Ip("10.1.0.2", "224.0.0.22", IpProtocol.Igmp, Wire.Bytes("2200f9fd 00000001")))),
        (TrapReason.Mld, Craft.Ethernet("33:33:00:00:00:16", Own, Craft.Ip("::", "ff02::16", IpProtocol.HopByHop, Wire.Bytes("3a00050200000100 8f00000000000000"), ttl: 1))),
        (TrapReason.RouterSolicitation, Craft.Ethernet("33:33:00:00:00:02", Own, Craft.Icmp("::", "ff02::2", Icmpv6Type.RouterSolicitation, 0, 0, [], ttl: 255))),
        (TrapReason.Dns, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.1", to: 53))),
        (TrapReason.Dns, Lab.FromTenant(Craft.Udp("fd01::2", "fd01::1", to: 53))),
    ];

    [Test]
    public void AreConsumedAndReadAsTheyCame()
    {
        using Node node = Lab.Start();
        using PacketTrap trap = node.Plane.Trap();

        foreach ((TrapReason reason, byte[] frame) in s_frames)
        {
            node.Receive(Lab.Tenant, frame);

            TrappedPacket trapped = trap.Read()!;
            Assert.That((trapped.Vif, trapped.Reason, trapped.Time), Is.EqualTo((new VifId(Lab.Tenant), reason, node.Clock.GetUtcNow())));
            Assert.That(trapped.Packet.ToArray(), Is.EqualTo(frame));
        }

        Assert.That(trap.Read(), Is.Null);
        Assert.That(node.Counters(Lab.Tenant).Consumed, Is.EqualTo(s_frames.Length));
        Assert.That(node.LastDrop, Is.EqualTo(DropReason.None));
    }

    [Test]
    public void GoToAllWhoServeThem()
    {
        using Node node = Lab.Start();
        using PacketTrap one = node.Plane.Trap(), other = node.Plane.Trap();

        node.Receive(Lab.Tenant, s_frames[0].Frame);

        Assert.That(one.Read()!.Packet.ToArray(), Is.EqualTo(other.Read()!.Packet.ToArray()));
        Assert.That(node.Counters(Lab.Tenant).Consumed, Is.EqualTo(1));
    }

    [Test]
    public void AreDroppedOnceNobodyServesThemAnyMore()
    {
        using Node node = Lab.Start();
        node.Plane.Trap().Dispose();

        foreach ((_, byte[] frame) in s_frames)
        {
            node.AssertDropped(Lab.Tenant, frame, DropReason.NotForUs);
        }
    }

    [Test]
    public void AreNoneOfWhatElseAGatewayIsAsked()
    {
        using Node node = Lab.Start();
        using PacketTrap trap = node.Plane.Trap();

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.1")), DropReason.NotForUs);
        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Tcp("10.1.0.2", "10.1.0.1", TcpFlags.Syn)), DropReason.NotForUs);
        Assert.That(trap.Read(), Is.Null);
    }

    [Test]
    public void AreNoneOfASpoofer()
    {
        using Node node = Lab.Start();
        using PacketTrap trap = node.Plane.Trap();

        node.AssertDropped(Lab.Tenant, Craft.Ethernet("ff:ff:ff:ff:ff:ff", "02:00:00:00:77:77", Craft.Udp("0.0.0.0", "255.255.255.255", from: 68, to: 67)), DropReason.SpoofedSource);
        Assert.That(trap.Read(), Is.Null);
    }

    [Test]
    public void HaveTheirChecksumsWhateverTheGuestLeftUndone()
    {
        using Node node = Lab.Start();
        using PacketTrap trap = node.Plane.Trap();
        byte[] frame = s_frames[0].Frame, undone = [.. frame];
        const int Udp = 34, Checksum = 6;

        // The guest leaves the sum of the pseudo header (virtio 1.2 section 5.1.6.2).
        uint pseudo = Craft.Pseudo("0.0.0.0", "255.255.255.255", IpProtocol.Udp, frame.Length - Udp);
        ushort folded = (ushort)(pseudo % 65535);
        (undone[Udp + Checksum], undone[Udp + Checksum + 1]) = ((byte)(folded >> 8), (byte)folded);

        node.Receive(Lab.Tenant, undone, packet => packet with { Flags = PacketFlags.ChecksumPartial, ChecksumStart = Udp, ChecksumOffset = Checksum });

        Assert.That(trap.Read()!.Packet.ToArray(), Is.EqualTo(frame));
    }

    [Test]
    public void AreSoManyASecondOfOneTenant()
    {
        using Node node = Lab.Start();
        using PacketTrap trap = node.Plane.Trap();

        for (int n = 0; n < 150; n++)
        {
            node.Receive(Lab.Tenant, s_frames[0].Frame);
        }

        Assert.That(node.Counters(Lab.Tenant).Drops, Is.EquivalentTo(new Dictionary<DropReason, long> { [DropReason.RateLimited] = 50 }));
        node.Receive(Lab.Neighbour, Craft.Ethernet("ff:ff:ff:ff:ff:ff", Lab.TenantMac(Lab.Neighbour), Craft.Udp("0.0.0.0", "255.255.255.255", from: 68, to: 67)));
        Assert.That(ReadAll(trap).Select(packet => packet.Vif.Value), Is.EqualTo([.. Enumerable.Repeat(Lab.Tenant, 100), Lab.Neighbour]), "others do not notice");
    }

    [Test]
    public void AreCountedWhenTheReaderIsTooSlow()
    {
        using Node node = Lab.Start();
        using PacketTrap trap = node.Plane.Trap();

        for (int second = 0; second < 5; second++)
        {
            for (int n = 0; n < 100; n++)
            {
                node.Receive(Lab.Tenant, s_frames[0].Frame);
            }

            node.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        long read = ReadAll(trap).Count;
        node.Receive(Lab.Tenant, s_frames[0].Frame);
        TrappedPacket next = trap.Read()!;

        Assert.That(read + next.Lost, Is.EqualTo(500));
        Assert.That(next.Lost, Is.GreaterThan(0).And.EqualTo(node.Counters(Lab.Tenant).Drops[DropReason.NoBuffer]));
    }

    [Test]
    public void KeepTheirBytesWhateverTheirSizes()
    {
        using Node node = Lab.Start(options: new DataPlaneOptions { Frames = 4096 });
        using PacketTrap trap = node.Plane.Trap();
        Random random = new(7);

        for (int n = 0; n < 400; n++)
        {
            byte[] payload = new byte[random.Next(9000)];
            random.NextBytes(payload);
            byte[] frame = Craft.Ethernet("ff:ff:ff:ff:ff:ff", Own, Craft.Udp("0.0.0.0", "255.255.255.255", payload, from: 68, to: 67));
            node.Receive(Lab.Tenant, frame);
            Assert.That(trap.Read()!.Packet.Span.SequenceEqual(frame), Is.True);
            node.Clock.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    [Test]
    public void AreSaidInATraceAndNotTaken()
    {
        using Node node = Lab.Start();
        using PacketTrap trap = node.Plane.Trap();

        TraceResult trace = node.Plane.Trace(new VifId(Lab.Tenant), s_frames[0].Frame);

        Assert.That(trace.Steps.Select(step => (step.Stage, step.Detail)), Does.Contain(("trap", "to whoever serves it: Dhcp")));
        Assert.That(trace.DropReason, Is.EqualTo(DropReason.None));
        Assert.That(trap.Read(), Is.Null);
    }

    private static List<TrappedPacket> ReadAll(PacketTrap trap)
    {
        List<TrappedPacket> all = [];

        while (trap.Read() is { } packet)
        {
            all.Add(packet);
        }

        return all;
    }
}
