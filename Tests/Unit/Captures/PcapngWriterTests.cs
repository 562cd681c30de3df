using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Captures;

internal sealed class PcapngWriterTests
{
    private const string Section = "0a0d0d0a" + "28000000" + "4d3c2b1a" + "01000000" + "ffffffffffffffff" + "0400" + "0100" + "76000000" + "00000000" + "28000000";

    private const string Interface = "01000000" + "30000000" + "01000000" + "60000000" + "0200" + "0400" + "65746830" + "0300" + "0300" + "6e696300"
        + "0900" + "0100" + "09000000" + "00000000" + "30000000";

    private const string Packet = "06000000" + "44000000" + "00000000" + "01000000" + "07000000" + "03000000" + "64000000" + "aabbcc00"
        + "0100" + "0200" + "68690000" + "0200" + "0400" + "02000000" + "0400" + "0800" + "0500000000000000" + "00000000" + "44000000";

    [Test]
    public void WritesASectionAnInterfaceAndAPacket()
    {
        var file = new ArrayBufferWriter<byte>();
        var writer = new PcapngWriter(file);

        writer.WriteSection("v");
        writer.WriteInterface("eth0", "nic", 96);
        writer.WritePacket(new PcapngPacket(0, (1L << 32) + 7, 100, IsOutbound: true, 5, "hi"), [0xAA, 0xBB, 0xCC]);

        Assert.That(Convert.ToHexStringLower(file.WrittenSpan), Is.EqualTo(Section + Interface + Packet));
    }

    [Test]
    public void WritesWhatTheReaderReads()
    {
        Gen<(long, byte[], string)> packets =
            from nanoseconds in Gen.Choose(0, int.MaxValue)
            from bytes in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
            from comment in Gen.Choose(0, 2000)
            select (nanoseconds * 1_000_000_007L, bytes, new string('é', comment));

        Prop.ForAll(packets.ArrayOf().ToArbitrary(), written =>
        {
            var file = new ArrayBufferWriter<byte>();
            var writer = new PcapngWriter(file);
            writer.WriteSection("vrouter");
            writer.WriteInterface("eth0", "", 0);

            foreach ((long nanoseconds, byte[] bytes, string comment) in written)
            {
                writer.WritePacket(new PcapngPacket(0, nanoseconds, bytes.Length + 1, IsOutbound: false, 0, comment), bytes);
            }

            List<CapturedPacket> read = CaptureFile.ReadAllAsync(file.WrittenSpan.ToArray()).Result;

            return read.Select(packet => packet.Nanoseconds).SequenceEqual(written.Select(packet => packet.Item1))
                && read.Zip(written).All(pair => pair.First.Bytes.Span.SequenceEqual(pair.Second.Item2) && pair.First.IsCut);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }
}
