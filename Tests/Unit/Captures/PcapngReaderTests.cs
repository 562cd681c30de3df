using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Captures;

[TestFixture]
internal sealed class PcapngReaderTests
{
    private static readonly byte[] s_bigEndianMicroseconds =
    [
        0x0A, 0x0D, 0x0D, 0x0A, 0x00, 0x00, 0x00, 0x1C, 0x1A, 0x2B, 0x3C, 0x4D, // SHB, 28 bytes
        0x00, 0x01, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, // 1.0, length unknown
        0x00, 0x00, 0x00, 0x1C,
        0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x14, 0x00, 0x01, 0x00, 0x00, // IDB, 20 bytes, Ethernet
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14,                         // no snap length
        0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x24, 0x00, 0x00, 0x00, 0x00, // EPB, 36 bytes, interface 0
        0x00, 0x00, 0x00, 0x00, 0x00, 0x1E, 0x84, 0x87,                         // 2,000,007 microseconds
        0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x40,                         // 3 bytes of 64
        0xAA, 0xBB, 0xCC, 0x00, 0x00, 0x00, 0x00, 0x24,
    ];

    [Test]
    public async Task ReadsTheTimeAndTheBytes()
    {
        List<CapturedPacket> packets = await CaptureFile.ReadAllAsync(s_bigEndianMicroseconds);

        Assert.That(packets, Has.Count.EqualTo(1));
        Assert.That(packets[0].Nanoseconds, Is.EqualTo(2_000_007_000));
        Assert.That(packets[0].Bytes.ToArray(), Is.EqualTo(new byte[] { 0xAA, 0xBB, 0xCC }));
        Assert.That(packets[0].OriginalLength, Is.EqualTo(64));
    }

    [TestCase(null, null, 5_000_000ul, 5_000_000_000)]
    [TestCase((byte)6, null, 5_000_000ul, 5_000_000_000)]
    [TestCase((byte)9, null, 5_000_000_001ul, 5_000_000_001)]
    [TestCase((byte)0, null, 5ul, 5_000_000_000)]
    [TestCase((byte)12, null, 5_000_000_001_999ul, 5_000_000_001)]
    [TestCase((byte)127, null, ulong.MaxValue, 0)]
    [TestCase((byte)0x8A, null, 5 * 1024ul + 512, 5_500_000_000)]
    [TestCase((byte)0xFF, null, ulong.MaxValue, 0)]
    [TestCase((byte)6, 100, 5_000_000ul, 105_000_000_000)]
    [TestCase((byte)6, -2, 5_000_000ul, 3_000_000_000)]
    public async Task CountsTimeAsTheInterfaceSays(byte? resolution, int? offset, ulong timeStamp, long expected)
    {
        foreach (bool isBigEndian in new[] { false, true })
        {
            byte[] file = new CaptureBuilder(isBigEndian).Section().Interface(resolution: resolution, offset: offset).Enhanced(timeStamp, [1]).ToArray();

            Assert.That((await CaptureFile.ReadAllAsync(file)).Single().Nanoseconds, Is.EqualTo(expected));
        }
    }

    [TestCase((byte)6, false)]
    [TestCase((byte)9, true)]
    [TestCase((byte)0x93, false)]
    [TestCase((byte)0x9E, true)]
    public async Task SaysHowFineTheClockIs(byte resolution, bool expected)
    {
        byte[] file = new CaptureBuilder(isBigEndian: false).Section().Interface(resolution: resolution).Enhanced(1, [1]).ToArray();
        await using CaptureReader reader = await CaptureReader.OpenAsync(new MemoryStream(file), "x.pcap");

        await reader.ReadAsync();

        Assert.That(reader.IsNanosecond, Is.EqualTo(expected));
    }

    [Test]
    public async Task PassesOverBlocksItDoesNotKnow()
    {
        byte[] file = new CaptureBuilder(isBigEndian: false)
            .Section().Block(0x0BAD, b => b.Raw(new byte[200_000])).Interface().Block(5, b => b.U64(0)).Enhanced(1, [1]).Block(4, _ => { }).ToArray();

        Assert.That(await CaptureFile.ReadAllAsync(file), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task ReadsSectionsOfBothByteOrders()
    {
        byte[] file =
        [
            .. new CaptureBuilder(isBigEndian: false).Section().Interface(resolution: 0).Enhanced(1, [1]).ToArray(),
            .. new CaptureBuilder(isBigEndian: true).Section().Interface().Enhanced(2_000_000, [2]).ToArray(),
        ];

        List<CapturedPacket> packets = await CaptureFile.ReadAllAsync(file);

        Assert.That(packets.Select(packet => packet.Nanoseconds), Is.EqualTo(new[] { 1_000_000_000, 2_000_000_000 }));
    }

    [Test]
    public async Task GivesASimplePacketTheTimeBeforeAndTheSnapLength()
    {
        byte[] file = new CaptureBuilder(isBigEndian: true)
            .Section().Interface(snapLength: 4).Enhanced(7, [1]).Simple([1, 2, 3, 4], original: 90).Simple([9]).ToArray();

        List<CapturedPacket> packets = await CaptureFile.ReadAllAsync(file);

        Assert.That(packets[1].Nanoseconds, Is.EqualTo(7_000));
        Assert.That(packets[1].Bytes.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
        Assert.That(packets[1].OriginalLength, Is.EqualTo(90));
        Assert.That(packets[2].Bytes.ToArray(), Is.EqualTo(new byte[] { 9 }));
    }

    [Test]
    public Task SaysWhereAFileIsCutShort([Values] bool isBigEndian)
    {
        // 28 bytes of section, 32 of interface, 36 of a packet, 20 of a simple one.
        byte[] file = new CaptureBuilder(isBigEndian).Section().Interface(resolution: 9).Enhanced(1, [1, 2, 3]).Simple([1]).ToArray();

        return CaptureFile.AssertCutsAreToldAsync(file, 28, 60, 96);
    }

    [Test]
    public void RefusesLengthsThatDiffer()
    {
        byte[] file = new CaptureBuilder(isBigEndian: false).Section().Interface().Enhanced(1, [1]).ToArray();
        file[^4] = 40;

        Assert.That(CaptureFile.ErrorOf(file), Is.EqualTo("x.pcap: packet 1 has two lengths: 36 and 40"));
    }

    [TestCase(8u)]
    [TestCase(0u)]
    [TestCase(33u)]
    public void RefusesAnImpossibleBlockLength(uint length)
    {
        byte[] file = new CaptureBuilder(isBigEndian: false).Section().U32(6).U32(length).Raw(new byte[64]).ToArray();

        Assert.That(CaptureFile.ErrorOf(file), Does.EndWith($"has an impossible length: {length}"));
    }

    [Test]
    public void RefusesAPacketLongerThanItsBlock()
    {
        byte[] file = new CaptureBuilder(isBigEndian: false).Section().Interface()
            .Block(6, b => b.U32(0).U64(0).U32(99).U32(99).Raw(1, 2, 3, 4)).ToArray();

        Assert.That(CaptureFile.ErrorOf(file), Is.EqualTo("x.pcap: packet 1 claims 99 bytes in a block with room for 4"));
    }

    [Test]
    public void RefusesAnInterfaceBeyondAllBounds()
    {
        byte[] file = new CaptureBuilder(isBigEndian: false).Section().U32(1).U32(0x7FFF_FFFC).Raw(new byte[64]).ToArray();

        Assert.That(CaptureFile.ErrorOf(file), Does.Contain("beyond all bounds"));
    }

    [Test]
    public void RefusesPacketsOfInterfacesItDoesNotKnow() => Assert.That(
        CaptureFile.ErrorOf(new CaptureBuilder(isBigEndian: false).Section().Interface().Enhanced(1, [1], from: 1).ToArray()), Does.Contain("names interface 1"));

    [Test]
    public void RefusesPacketsOfOtherLinkTypes() => Assert.That(
        CaptureFile.ErrorOf(new CaptureBuilder(isBigEndian: false).Section().Interface(linkType: 276).Enhanced(1, [1]).ToArray()), Does.Contain("link type 276"));

    [Test]
    public void RefusesATimeThatNoPcapFileCanSay() => Assert.That(
        CaptureFile.ErrorOf(new CaptureBuilder(isBigEndian: false).Section().Interface(resolution: 0).Enhanced(1ul << 32, [1]).ToArray()), Does.Contain("out of range"));

    [Test]
    public void RefusesAnotherVersion()
    {
        byte[] file = new CaptureBuilder(isBigEndian: false).Block(0x0A0D0D0A, b => b.U32(0x1A2B3C4D).U16(2).U16(0).U64(0)).ToArray();

        Assert.That(CaptureFile.ErrorOf(file), Does.Contain("version 2"));
    }
}
