using System.Buffers;
using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Dissection;
using VRouter.Tests.Unit.Walk;
using Node = VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Capturing;

/// <summary>A live capture as Wireshark shows it.</summary>
internal sealed class PcapngCaptureTests
{
    [Test]
    public async Task TellsWhereAPacketWasSeenAndWhyItWasDropped()
    {
        Tshark.Require();
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vifs = { Lab.TenantVif(Lab.Tenant, 1) with { Name = "web" } }, Routes = { Lab.Route(1, "198.51.100.0/24", 30) } });
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { SnapLength = 60 });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "198.51.100.1")));

        string[] lines = await Tshark.ListAsync(WrittenBy(capture), "frame.interface_name", "frame.interface_description", "frame.len", "frame.cap_len", "frame.comment");

        Assert.That(lines, Is.EqualTo(
        [
            "web|interface 2|65|60|web (interface 2): received",
            "interface 1|interface 1|115|60|interface 1: sent",
            "web|interface 2|65|60|web (interface 2): received",
            "web|interface 2|65|60|web (interface 2): dropped: Discarded, by next hop 30",
        ]));
    }

    private static byte[] WrittenBy(PacketCapture capture)
    {
        var file = new ArrayBufferWriter<byte>();
        var pcapng = new PcapngCapture(capture, file);

        while (pcapng.TryWrite())
        {
        }

        return file.WrittenSpan.ToArray();
    }
}
