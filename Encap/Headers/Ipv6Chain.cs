namespace VRouter.Encap;

/// <summary>What an IPv6 packet's extension headers lead to. Offsets count from the packet's first byte.</summary>
public record struct Ipv6Chain
{
    /// <summary>Where the upper layer begins, or, in a later fragment, its piece of it.</summary>
    public int UpperOffset { get; internal set; }

    /// <summary>The upper layer's protocol; of a later fragment what its fragment header names, which need not be the upper layer.</summary>
    public byte Protocol { get; internal set; }

    /// <summary>Where the fragment header lies; 0 = there is none.</summary>
    public int FragmentHeader { get; internal set; }

    /// <summary>Where the fragment's payload belongs, in bytes.</summary>
    public int FragmentOffset { get; internal set; }

    /// <summary>Whether it is a fragment that is not the last.</summary>
    public bool HasMoreFragments { get; internal set; }

    /// <summary>What the fragments of a packet have in common.</summary>
    public uint FragmentId { get; internal set; }

    /// <summary>Whether a routing header sends it on from its destination: the checksums of the upper layer then cover the last one.</summary>
    public bool HasSegmentsLeft { get; internal set; }

    /// <summary>Whether it is any fragment; a fragment header around a whole packet ("atomic", RFC 6946) makes none.</summary>
    public readonly bool IsFragment => HasMoreFragments || FragmentOffset != 0;

    /// <summary>Whether it is a fragment other than the first: no transport header follows.</summary>
    public readonly bool IsLaterFragment => FragmentOffset != 0;
}
