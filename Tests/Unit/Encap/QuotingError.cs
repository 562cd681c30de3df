using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

/// <summary>An ICMP error about a packet of a flow that is one flow inside and another outside.</summary>
/// <param name="Quoted">The packet.</param>
/// <param name="OutsideFlow">What it had when the error was made.</param>
/// <param name="InsideFlow">What it was sent with.</param>
/// <param name="Between">Options or extension headers of the error itself.</param>
/// <param name="Sender">Who made the error.</param>
/// <param name="Type">The error.</param>
/// <param name="Place">Where its quote ends, somehow.</param>
internal sealed record QuotingError(
    FlowPacket Quoted, Translation OutsideFlow, Translation InsideFlow, byte[] Between, IpAddress Sender, byte Type, int Place)
{
    public int LeastCut => Quoted.Start + (Quoted.IsLaterFragment || Quoted.Protocol == IpProtocol.Gre ? 0 : 8);

    public int MostCut => Math.Min(Quoted.Bytes(OutsideFlow).Length, 600);

    public int Cut => LeastCut + Place % (MostCut - LeastCut + 1);

    public int Icmp => (Quoted.IsIpv6 ? Ipv6Header.Size : Ipv4Header.Size) + Between.Length;

    /// <summary>Of the direction in which the error travels.</summary>
    public Translation Translation => Reversed(InsideFlow);

    /// <summary>As if the outside were the inside.</summary>
    public Translation TranslationBack => Reversed(OutsideFlow);

    /// <summary>Whether what it becomes still tells who sent it.</summary>
    public bool IsSenderTold => Sender == OutsideFlow.Destination || IsEndKept;

    private bool IsEndKept => InsideFlow.Destination == OutsideFlow.Destination;

    public IcmpQuote Quote
    {
        get
        {
            Assert.That(IcmpQuote.TryRead(Outside(Cut).AsSpan(Icmp), Quoted.IsIpv6, out IcmpQuote quote), Is.True);
            return quote;
        }
    }

    public byte[] Outside(int cut) => Bytes(Quoted.Bytes(OutsideFlow)[..cut], Sender, OutsideFlow.Source);

    public byte[] Inside(int cut)
    {
        byte[] quote = Quoted.Bytes(InsideFlow)[..cut];
        Quoted.Bytes(OutsideFlow).AsSpan(UntouchedFrom(cut)..cut).CopyTo(quote.AsSpan(UntouchedFrom(cut)));
        return Bytes(quote, IsEndKept ? Sender : InsideFlow.Destination, InsideFlow.Source);
    }

    // A checksum that the cut goes through stays, and SCTP's in a fragment.
    private int UntouchedFrom(int cut)
    {
        int start = Quoted.Start + Quoted.ChecksumOffset, end = start + Quoted.ChecksumSize;
        bool isLeft = cut < end || (Quoted is { Protocol: IpProtocol.Sctp, IsFragment: true } && InsideFlow.Ports != OutsideFlow.Ports);
        return Quoted.ChecksumOffset >= 0 && !Quoted.IsLaterFragment && isLeft && cut > start ? start : cut;
    }

    private byte[] Bytes(byte[] quote, IpAddress source, IpAddress destination)
    {
        byte protocol = Quoted.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp;
        return new FlowPacket(Quoted.IsIpv6, protocol, Between, [Type, 0, 5, 0, .. quote]).Bytes(new Translation(source, destination, 0));
    }

    private Translation Reversed(Translation flow) => new(
        flow.Destination, flow.Source, Quoted.Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 ? flow.Ports : uint.RotateLeft(flow.Ports, 16));
}
