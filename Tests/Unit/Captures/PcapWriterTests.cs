using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Captures;

[TestFixture]
internal sealed class PcapWriterTests
{
    [TestCase(false, "d4c3b2a1020004000000000000000000000004000100000002000000070000000300000003000000aabbcc")]
    [TestCase(true, "4d3cb2a10200040000000000000000000000040001000000020000005f1b00000300000003000000aabbcc")]
    public async Task WritesEthernetRecords(bool isNanosecond, string expected)
    {
        byte[] file = await WriteAsync(isNanosecond, (2_000_007_007, [0xAA, 0xBB, 0xCC]));

        Assert.That(Convert.ToHexStringLower(file), Is.EqualTo(expected));
    }

    [Test]
    public async Task WritesAFileWithNoPackets()
    {
        byte[] file = await WriteAsync(isNanosecond: false);

        Assert.That(file, Has.Length.EqualTo(24));
        Assert.That(await CaptureFile.ReadAllAsync(file), Is.Empty);
    }

    [Test]
    public void WritesWhatTheReaderReads()
    {
        Gen<(long, byte[])> packets =
            from seconds in Gen.Choose(0, int.MaxValue)
            from nanoseconds in Gen.Choose(0, 999_999_999)
            from bytes in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
            select (seconds * 1_000_000_000L + nanoseconds, bytes);

        Prop.ForAll(packets.ArrayOf().ToArbitrary(), written =>
        {
            List<CapturedPacket> read = CaptureFile.ReadAllAsync(WriteAsync(isNanosecond: true, written).Result).Result;

            return read.Select(packet => packet.Nanoseconds).SequenceEqual(written.Select(packet => packet.Item1))
                && read.Zip(written).All(pair => pair.First.Bytes.Span.SequenceEqual(pair.Second.Item2) && !pair.First.IsCut);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static async Task<byte[]> WriteAsync(bool isNanosecond, params (long Nanoseconds, byte[] Bytes)[] packets)
    {
        var file = new MemoryStream();

        await using (var writer = new PcapWriter(file, isNanosecond))
        {
            foreach ((long nanoseconds, byte[] bytes) in packets)
            {
                await writer.WriteAsync(nanoseconds, bytes);
            }
        }

        return file.ToArray();
    }
}
