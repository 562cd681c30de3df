using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A group with its members in the order of their identities.</summary>
internal sealed record ReferenceGroup(EcmpNextHop Spec, ReferenceMember[] Members)
{
    /// <summary>The member for a new flow: of those that serve the port and are not all draining, the one that its hash prefers. Null: none serves it.</summary>
    public ReferenceMember? Choose(uint flow, byte protocol, ushort port) => Taking(protocol, port)
        .OrderBy(member => TimeOf(Number(flow, member)) * (1f / member.Weight))
        .ThenByDescending(member => Number(flow, member))
        .FirstOrDefault();

    /// <summary>Those that take new flows to a port.</summary>
    public ReferenceMember[] Taking(byte protocol, ushort port)
    {
        ReferenceMember[] serving = [.. Members.Where(member => member.Serves(protocol, port))];
        ReferenceMember[] ready = [.. serving.Where(member => !member.Spec.Draining)];
        return ready.Length > 0 ? ready : serving;
    }

    /// <summary>The member that it was, draining or not. Null: it is not there any more.</summary>
    public ReferenceMember? Find(uint? identity) => Members.FirstOrDefault(member => member.Identity == identity);

    /// <summary>The member whose interface this is. Null: it is none's.</summary>
    public ReferenceMember? FindAt(VifId vif) => Members.FirstOrDefault(member => member.NextHop is VifNextHop next && next.Vif == vif);

    private static uint Number(uint flow, ReferenceMember member) => ReferenceHash.Finish(flow ^ member.Identity);

    /// <summary>How long a member of weight 1 takes in the race: about -log2 of the number, with a polynomial between powers of two.</summary>
    private static float TimeOf(uint number)
    {
        int bits = BitConverter.SingleToInt32Bits((float)((number >> 8) | 1));
        float octaves = 127 + 23 - (bits >> 23);
        float below = 2f - BitConverter.Int32BitsToSingle((bits & 0x007F_FFFF) | 0x3F80_0000);
        return octaves + below * (185 / 256f + below * (39 / 256f + below * (32 / 256f)));
    }
}
