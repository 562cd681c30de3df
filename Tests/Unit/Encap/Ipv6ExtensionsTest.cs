using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class Ipv6ExtensionsTest
{
    private const byte HopByHop = IpProtocol.HopByHop, Routing = IpProtocol.Routing, Fragment = IpProtocol.Fragment;
    private const byte Ah = IpProtocol.Ah, Options = IpProtocol.DestinationOptions, Tcp = IpProtocol.Tcp;

    [Test]
    public void OfAPlainPacketAreNone()
    {
        Assert.That(TryWalk(Packet(Tcp, "cafe"), out Ipv6Chain chain), Is.True);
        Assert.That(chain, Is.EqualTo(new Ipv6Chain()).Using<Ipv6Chain>((a, _) => a is { Protocol: Tcp, UpperOffset: 40, FragmentHeader: 0, IsFragment: false }));
    }

    [Test]
    public void LeadToTheUpperLayer()
    {
        byte[] packet = Packet(HopByHop, Header(Routing, 1), Header(Options, 0), Header(Ah, 2), AuthenticationHeader(Tcp, 4), "cafe");

        Assert.That(TryWalk(packet, out Ipv6Chain chain), Is.True);
        Assert.That(chain.Protocol, Is.EqualTo(Tcp));
        Assert.That(chain.UpperOffset, Is.EqualTo(40 + 16 + 8 + 24 + 24));
        Assert.That(chain.FragmentHeader, Is.Zero);
    }

    [Test]
    public void MayLeadToNothing()
    {
        Assert.That(TryWalk(Packet(Options, Header(IpProtocol.NoNextHeader, 0)), out Ipv6Chain chain), Is.True);
        Assert.That(chain.Protocol, Is.EqualTo(IpProtocol.NoNextHeader));
        Assert.That(chain.UpperOffset, Is.EqualTo(48));
    }

    [TestCase("3c00040000000000", false, TestName = "TellThatARoutingHeaderIsDoneWith")]
    [TestCase("3c00040200000000", true, TestName = "TellThatARoutingHeaderSendsThePacketOn")]
    public void Tell(string routing, bool hasSegmentsLeft)
    {
        // Destination options begin with 0xFF where a routing header has its segments.
        Assert.That(TryWalk(Packet(Routing, routing, "060001ff00000000", "cafe"), out Ipv6Chain chain), Is.True);
        Assert.That(chain.HasSegmentsLeft, Is.EqualTo(hasSegmentsLeft));
    }

    [Test]
    public void OfAFirstFragmentLeadToTheUpperLayer()
    {
        Assert.That(TryWalk(Packet(Fragment, FragmentHeader(Options, 0, true), Header(Tcp, 0), "cafe"), out Ipv6Chain chain), Is.True);
        Assert.That(chain.Protocol, Is.EqualTo(Tcp));
        Assert.That(chain.UpperOffset, Is.EqualTo(40 + 8 + 8));
        Assert.That(chain.FragmentHeader, Is.EqualTo(40));
        Assert.That(chain.FragmentId, Is.EqualTo(0xDEADBEEF));
        Assert.That(chain.HasMoreFragments && chain.IsFragment && !chain.IsLaterFragment, Is.True);
    }

    [Test]
    public void OfALaterFragmentEndAtItsFragmentHeader()
    {
        // What looks like a header there is payload.
        Assert.That(TryWalk(Packet(Fragment, FragmentHeader(Options, 1480, false), "ffff"), out Ipv6Chain chain), Is.True);
        Assert.That(chain.UpperOffset, Is.EqualTo(48));
        Assert.That(chain.FragmentOffset, Is.EqualTo(1480));
        Assert.That(chain.HasMoreFragments, Is.False);
        Assert.That(chain.IsLaterFragment, Is.True);
    }

    [Test]
    public void OfAnAtomicFragmentMakeNoFragment()
    {
        Assert.That(TryWalk(Packet(Fragment, FragmentHeader(Tcp, 0, false), "cafe"), out Ipv6Chain chain), Is.True);
        Assert.That(chain.FragmentHeader, Is.EqualTo(40));
        Assert.That(chain.IsFragment, Is.False);
    }

    [Test]
    public void AreRejectedWhenCutOff()
    {
        byte[] whole = Packet(HopByHop, Header(Fragment, 1), FragmentHeader(Ah, 0, true), AuthenticationHeader(Tcp, 1));

        for (int cut = 0; cut < whole.Length - 40; cut++)
        {
            byte[] packet = whole[..(40 + cut)].With(5, (byte)cut);
            Assert.That(TryWalk(packet, out _), Is.False, $"{cut} bytes of the chain");
        }

        Assert.That(TryWalk(whole, out _), Is.True);
    }

    [Test]
    public void AreRejectedWhenHopByHopOptionsAreNotFirst() =>
        Assert.That(TryWalk(Packet(Options, Header(HopByHop, 0), Header(Tcp, 0)), out _), Is.False);

    [Test]
    public void AreRejectedWithTwoFragmentHeaders() =>
        Assert.That(TryWalk(Packet(Fragment, FragmentHeader(Fragment, 0, true), FragmentHeader(Tcp, 8, true)), out _), Is.False);

    [Test]
    public void AreRejectedWhenThereAreTooMany()
    {
        Assert.That(TryWalk(Packet(Options, Many(8)), out _), Is.True);
        Assert.That(TryWalk(Packet(Options, Many(9)), out _), Is.False);
    }

    [Test]
    public void AreRejectedWhenTheyAreTooLong()
    {
        Assert.That(TryWalk(Packet(Options, Header(Tcp, 58)), out Ipv6Chain chain), Is.True);
        Assert.That(chain.UpperOffset, Is.EqualTo(Ipv6Extensions.MaximumUpperOffset));
        Assert.That(TryWalk(Packet(Options, Header(Tcp, 59)), out _), Is.False);
    }

    [Test]
    public void AreWalkedInTheHeadOfAChainOfFrames()
    {
        byte[] packet = Packet(Options, Header(Tcp, 0), "cafecafe");

        Assert.That(Ipv6Extensions.TryWalk(packet.AsSpan(0, 48), packet.Length, out Ipv6Chain chain), Is.True);
        Assert.That(chain.UpperOffset, Is.EqualTo(48));
        Assert.That(Ipv6Extensions.TryWalk(packet.AsSpan(0, 47), packet.Length, out _), Is.False);
    }

    private static bool TryWalk(byte[] packet, out Ipv6Chain chain) => Ipv6Extensions.TryWalk(packet, out chain);

    private static byte[] Packet(byte nextHeader, params string[] payload)
    {
        byte[] bytes = Wire.Bytes(payload);
        return [.. Wire.Emitted(new Ipv6Header(nextHeader, IpAddress.Parse("::1"), IpAddress.Parse("::2"), bytes.Length)), .. bytes];
    }

    private static string Header(byte next, byte length) => $"{next:x2}{length:x2}" + new string('0', 12 + 16 * length);

    private static string AuthenticationHeader(byte next, byte length) => $"{next:x2}{length:x2}" + new string('0', 2 * 4 * (length + 2) - 4);

    private static string FragmentHeader(byte next, int offset, bool more) => $"{next:x2}00{offset | (more ? 1 : 0):x4}deadbeef";

    private static string Many(int count) => string.Concat(Enumerable.Repeat(Header(Options, 0), count - 1)) + Header(Tcp, 0);
}
