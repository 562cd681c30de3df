using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;
using static VRouter.Tests.Unit.Walk.SizeTests;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Checksums that a guest left to be done by whoever sends (semantics, section 3).</summary>
[TestFixture]
public sealed class UnfinishedChecksumTests
{
    [Test]
    public void CompletesChecksumsWhereThePortDoesNot([Values] bool isIpv6, [Values] bool isTcp, [Values(20, 3001)] int length, [Values] bool portDoes)
    {
        using Node node = new() { Capabilities = portDoes ? PortCapabilities.ChecksumPartial : PortCapabilities.None };
        Transaction lab = Lab.Configuration();
        node.Apply(new Transaction { Vrfs = lab.Vrfs, Vifs = [.. lab.Vifs.Select(vif => vif with { Mtu = 9000 })], NextHops = lab.NextHops, Routes = lab.Routes });
        string from = Lab.Address(Lab.Tenant, isIpv6), to = Lab.Address(Lab.Neighbour, isIpv6);
        byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        byte[] finished = isTcp ? Craft.Tcp(from, to, TcpFlags.Ack, payload: payload) : Craft.Udp(from, to, payload);
        int l4 = isIpv6 ? 40 : 20, offset = isTcp ? 16 : 6;
        byte[] unfinished = Unfinished(finished, from, to, l4, offset);

        node.Receive(Lab.Tenant, Lab.FromTenant(unfinished), packet => packet with { Flags = PacketFlags.ChecksumPartial, ChecksumStart = (ushort)(14 + l4), ChecksumOffset = (ushort)offset });

        if (portDoes)
        {
            Packet sent = default;
            Assert.That(node.Port(Lab.Neighbour).Collect(new Span<Packet>(ref sent)), Is.EqualTo(1));
            Assert.That((sent.Flags & PacketFlags.ChecksumPartial, sent.ChecksumStart, sent.ChecksumOffset), Is.EqualTo((PacketFlags.ChecksumPartial, 14 + l4, offset)));
            Assert.That(PacketBytes.ToArray(node.Plane.Frames.Region, sent)[(14 + l4)..], Is.EqualTo(unfinished[l4..]));
        }
        else
        {
            Assert.That(node.SentOnce(Lab.Neighbour)[(14 + l4)..], Is.EqualTo(finished[l4..]));
        }
    }

    [Test]
    public void CompletesChecksumsOfWhatItCutsAndOfTheHosts()
    {
        using Node node = Lab.Start();
        byte[] big = OfSize(3000, isIpv6: false, mayBeCut: true);
        byte[] unfinished = Unfinished(big, "10.1.0.2", "10.2.0.2", 20, 6);
        node.Receive(Lab.Tenant, Lab.FromTenant(unfinished), packet => packet with { Flags = PacketFlags.ChecksumPartial, ChecksumStart = 34, ChecksumOffset = 6 });
        Assert.That(Reassembled(node.SentAll(Lab.Fabric).Select(frame => Tunnelled.Read(frame).Inner)), Is.EqualTo(Decremented(big)));

        byte[] host = Craft.Tcp("192.0.2.1", "203.0.113.1", TcpFlags.Syn);
        node.Receive(
            Lab.Host,
            Craft.Ethernet(Lab.PeerMac, Lab.HostMac, Unfinished(host, "192.0.2.1", "203.0.113.1", 20, 16)),
            packet => packet with { Flags = PacketFlags.ChecksumPartial, ChecksumStart = 34, ChecksumOffset = 16 });
        Assert.That(node.SentOnce(Lab.Fabric)[14..], Is.EqualTo(host));
    }

    [Test]
    public void TellsAChecksumThatIsLeftUndoneElsewhereMalformed(
        [Values(Lab.Tenant, Lab.Host, Lab.Fabric)] uint vif, [Values(0, 33, 35, 65535)] int start, [Values(6, 16, 65535)] int offset)
    {
        using Node node = Lab.Start();
        byte[] packet = vif switch
        {
            Lab.Tenant => Lab.FromTenant(Craft.Tcp("10.1.0.2", "10.1.0.3", TcpFlags.Ack)),
            Lab.Host => Craft.Ethernet(Lab.PeerMac, Lab.HostMac, Craft.Tcp("192.0.2.1", "203.0.113.1", TcpFlags.Ack)),
            _ => Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Tcp("10.2.0.2", "10.1.0.2", TcpFlags.Ack)),
        };

        node.Receive(vif, packet, p => p with { Flags = PacketFlags.ChecksumPartial, ChecksumStart = (ushort)start, ChecksumOffset = (ushort)offset });

        Assert.That(node.LastDrop, Is.EqualTo(DropReason.Malformed));
    }

    [Test]
    public void SaysNothingOfAnInnerChecksumWhenTheOuterOneWasVerified()
    {
        using Node node = Lab.Start();

        for (int i = 0; i < 2; i++)
        {
            node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.1.0.2")), packet => packet with { Flags = PacketFlags.ChecksumVerified });

            Packet sent = default;
            Assert.That(node.Port(Lab.Tenant).Collect(new Span<Packet>(ref sent)), Is.EqualTo(1));
            Assert.That(sent.Flags & PacketFlags.ChecksumVerified, Is.EqualTo(PacketFlags.None));
        }
    }

    private static byte[] Unfinished(byte[] packet, string from, string to, int l4, int offset)
    {
        byte protocol = l4 == 40 ? packet[6] : packet[9];
        ushort pseudo = Checksum.Fold((ulong)Craft.Pseudo(from, to, protocol, packet.Length - l4));
        return packet.With(l4 + offset, (byte)(pseudo >> 8)).With(l4 + offset + 1, (byte)pseudo);
    }
}
