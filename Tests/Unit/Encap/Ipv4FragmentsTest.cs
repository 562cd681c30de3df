using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class Ipv4FragmentsTest
{
    [Test]
    public void FitTheMtuAndGiveThePayloadBack() => Prop.ForAll<ushort, ushort>((length, mtu) =>
    {
        byte[] payload = new byte[1 + length % 9000];
        Random.Shared.NextBytes(payload);
        byte[] packet = Made.Ipv4(IpProtocol.Udp, 1, 2, payload);
        int fits = 68 + mtu % 1500;

        byte[] reassembled = new byte[payload.Length];
        int expectedOffset = 0;

        foreach (byte[] fragment in Cut(packet, fits))
        {
            if (fragment.Length > fits || !Layer<Ipv4Header>.TryRead(fragment, out Layer<Ipv4Header> ip)
                || !ip.Header.HasRightChecksum() || ip.Header.Id != 0x1234 || ip.Header.FragmentOffset != expectedOffset)
            {
                return false;
            }

            ip.Payload.CopyTo(reassembled.AsSpan(expectedOffset));
            expectedOffset += ip.Payload.Length;

            if (ip.Header.HasMoreFragments == (expectedOffset == payload.Length))
            {
                return false;
            }
        }

        return expectedOffset == payload.Length && reassembled.AsSpan().SequenceEqual(payload);
    }).Check(Config.QuickThrowOnFailure);

    [Test]
    public void OfAFragmentStayInItsPlace()
    {
        byte[] packet = Made.Ipv4(IpProtocol.Udp, 1, 2, new byte[64], Ipv4Header.MoreFragments | 10);
        List<byte[]> fragments = Cut(packet, 20 + 32);

        Assert.That(fragments.Select(Offset), Is.EqualTo(new[] { 80, 112 }));
        Assert.That(fragments.Select(HasMore), Is.All.True, "it was not the last one itself");
    }

    [Test]
    public void CarryCopiedOptionsOnly()
    {
        // Record route (7, not copied), no operation, router alert (148, copied), end.
        byte[] options = Wire.Bytes("07 07 04 00000000", "01", "9404 0000", "00000000");
        byte[] packet = WithOptions(options, new byte[40]);
        List<byte[]> fragments = Cut(packet, 36 + 16);

        Assert.That(fragments[0][20..36], Is.EqualTo(options));
        Assert.That(fragments.Skip(1).Select(fragment => fragment[0]), Is.All.EqualTo(0x46));
        Assert.That(fragments.Skip(1).Select(fragment => fragment[20..24]), Is.All.EqualTo(Wire.Bytes("94040000")));
        Assert.That(fragments.Skip(1).Select(fragment => fragment.Length - 24), Is.EqualTo(new[] { 24 }));
    }

    [Test]
    public void PadCopiedOptionsToWholeWords()
    {
        List<byte[]> fragments = Cut(WithOptions(Wire.Bytes("8303 04 86 06 000000 01 00 0000"), new byte[40]), 32 + 16);

        Assert.That(fragments[1][20..32], Is.EqualTo(Wire.Bytes("8303 04 86 06 000000 01 000000")));
    }

    [TestCase("94ff 0000", TestName = "LeaveOutAnOptionBeyondTheHeader")]
    [TestCase("9400 0000", TestName = "LeaveOutAnOptionOfNoLength")]
    [TestCase("01 01 01 94", TestName = "LeaveOutAnOptionWhoseLengthIsCutOff")]
    public void LeaveOutMalformedOptions(string options) =>
        Assert.That(Cut(WithOptions(Wire.Bytes(options), new byte[40]), 24 + 16)[1][0], Is.EqualTo(0x45));

    [Test]
    public void AreNoneWithDfSetOrNoRoom()
    {
        Assert.That(Ipv4Fragments.TryPlan(Made.Ipv4(IpProtocol.Udp, 1, 2, new byte[64], Ipv4Header.DontFragment).AsSpan(0, 20), 68, out _), Is.False);
        Assert.That(Ipv4Fragments.TryPlan(Made.Ipv4(IpProtocol.Udp, 1, 2, new byte[64]).AsSpan(0, 20), 27, out _), Is.False);
    }

    private static List<byte[]> Cut(byte[] packet, int mtu)
    {
        int headerLength = (packet[0] & 0xF) * 4;
        ReadOnlySpan<byte> header = packet.AsSpan(0, headerLength);
        Assert.That(Ipv4Fragments.TryPlan(header, mtu, out Ipv4Fragments fragments), Is.True);

        List<byte[]> pieces = [];

        for (int i = 0; i < fragments.Count; i++)
        {
            PoisonedBuffer buffer = new(4, fragments[i].HeaderLength, 4);
            Assert.That(fragments.WriteHeader(i, header, buffer.Room), Is.EqualTo(fragments[i].HeaderLength));
            Assert.That(buffer.IsUntouchedAround, Is.True);
            pieces.Add([.. buffer.Room, .. packet.AsSpan(headerLength + fragments[i].PayloadOffset, fragments[i].PayloadLength)]);
        }

        return pieces;
    }

    private static byte[] WithOptions(byte[] options, byte[] payload)
    {
        Ipv4Header ip = new(IpProtocol.Udp, 1, 2, 20 + options.Length + payload.Length) { VersionAndWords = (byte)(0x45 + options.Length / 4) };
        return [.. Wire.Emitted(ip), .. options, .. payload];
    }

    private static int Offset(byte[] fragment) => Headers.At<Ipv4Header>(ref fragment[0], 0).FragmentOffset;

    private static bool HasMore(byte[] fragment) => Headers.At<Ipv4Header>(ref fragment[0], 0).HasMoreFragments;
}
