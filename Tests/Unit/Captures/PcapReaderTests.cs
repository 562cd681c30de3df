using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Captures;

[TestFixture]
internal sealed class PcapReaderTests
{
    private static readonly byte[] s_littleEndianMicroseconds =
    [
        0xD4, 0xC3, 0xB2, 0xA1, 0x02, 0x00, 0x04, 0x00, // magic, version 2.4
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // zone, accuracy
        0xFF, 0xFF, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, // snap length 65535, Ethernet
        0x02, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, // 2.000007 s
        0x03, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00, // 3 bytes of 64
        0xAA, 0xBB, 0xCC,
    ];

    [Test]
    public async Task ReadsTheTimeAndTheBytes()
    {
        List<CapturedPacket> packets = await CaptureFile.ReadAllAsync(s_littleEndianMicroseconds);

        Assert.That(packets, Has.Count.EqualTo(1));
        Assert.That(packets[0].Nanoseconds, Is.EqualTo(2_000_007_000));
        Assert.That(packets[0].Bytes.ToArray(), Is.EqualTo(new byte[] { 0xAA, 0xBB, 0xCC }));
        Assert.That(packets[0].OriginalLength, Is.EqualTo(64));
        Assert.That(packets[0].IsCut, Is.True);
    }

    [TestCase(false, 0xA1B2C3D4u, 2_000_007_000)]
    [TestCase(true, 0xA1B2C3D4u, 2_000_007_000)]
    [TestCase(false, 0xA1B23C4Du, 2_000_000_007)]
    [TestCase(true, 0xA1B23C4Du, 2_000_000_007)]
    public async Task ReadsEitherByteOrderAndResolution(bool isBigEndian, uint magic, long expected)
    {
        byte[] file = new CaptureBuilder(isBigEndian).PcapHeader(magic).Record(2, 7, [1, 2, 3]).Record(2, 7, []).ToArray();

        List<CapturedPacket> packets = await CaptureFile.ReadAllAsync(file);

        Assert.That(packets.Select(packet => packet.Nanoseconds), Is.EqualTo(new[] { expected, expected }));
        Assert.That(packets.Select(packet => packet.Bytes.Length), Is.EqualTo(new[] { 3, 0 }));
    }

    [TestCase(0xA1B2C3D4u, false)]
    [TestCase(0xA1B23C4Du, true)]
    public async Task SaysHowFineTheClockIs(uint magic, bool expected)
    {
        byte[] file = new CaptureBuilder(isBigEndian: true).PcapHeader(magic).ToArray();

        await using CaptureReader reader = await CaptureReader.OpenAsync(new MemoryStream(file), "x.pcap");

        Assert.That(reader.IsNanosecond, Is.EqualTo(expected));
    }

    [Test]
    public Task SaysWhereAFileIsCutShort() => CaptureFile.AssertCutsAreToldAsync(
        new CaptureBuilder(isBigEndian: false).PcapHeader().Record(1, 0, [1, 2, 3]).Record(2, 0, [4]).ToArray(), 24, 24 + 19);

    [Test]
    public void NamesThePacketThatIsCutShort()
    {
        byte[] file = new CaptureBuilder(isBigEndian: false).PcapHeader().Record(1, 0, [1]).Record(2, 0, [1, 2, 3]).ToArray();

        Assert.That(CaptureFile.ErrorOf(file[..^1]), Is.EqualTo("x.pcap: cut short in packet 2 at byte 59"));
    }

    [Test]
    public void RefusesWhatIsNoCapture() => Assert.That(
        CaptureFile.ErrorOf("{ \"vrfs\": [] }"u8.ToArray()), Is.EqualTo("x.pcap: the file header starts with 7b202276: neither pcap nor pcapng"));

    [Test]
    public void RefusesAnotherVersion() => Assert.That(
        CaptureFile.ErrorOf(new CaptureBuilder(isBigEndian: false).PcapHeader(major: 3).ToArray()), Does.Contain("version 3.4"));

    [Test]
    public void RefusesOtherLinkTypes() => Assert.That(
        CaptureFile.ErrorOf(new CaptureBuilder(isBigEndian: false).PcapHeader(linkType: 113).ToArray()), Does.Contain("link type 113; only Ethernet"));

    [TestCase(262_145u)]
    [TestCase(uint.MaxValue)]
    public void RefusesAnImpossibleLengthBeforeTakingMemoryForIt(uint length)
    {
        byte[] file = new CaptureBuilder(isBigEndian: false).PcapHeader().U32(0).U32(0).U32(length).U32(length).ToArray();

        Assert.That(CaptureFile.ErrorOf(file), Does.StartWith($"x.pcap: packet 1 claims {length} bytes"));
    }
}
