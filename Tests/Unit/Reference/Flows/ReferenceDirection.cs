using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>One direction of a flow.</summary>
internal sealed class ReferenceDirection(ReferenceKey key, VifId endpoint, Way way)
{
    /// <summary>By which its packets are found.</summary>
    public ReferenceKey Key { get; set; } = key;

    /// <summary>Its local end as it is listed: where its packets come in, from the fabric where they go; 0 = in transit.</summary>
    public VifId Endpoint { get; set; } = endpoint;

    /// <summary>Where its packets go.</summary>
    public Way Way { get; set; } = way;

    /// <summary>The tunnel source that was found right (RPF); null = none yet.</summary>
    public IpAddress? OuterSource { get; set; }

    public long Packets { get; private set; }

    public long Bytes { get; private set; }

    public void Count(int bytes)
    {
        Packets++;
        Bytes += bytes;
    }
}
