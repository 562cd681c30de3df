namespace VRouter.Forwarding;

/// <summary>What of a flow chooses its member of a group.</summary>
public enum EcmpHash : byte
{
    /// <summary>Addresses, protocol and ports.</summary>
    FiveTuple,
    /// <summary>The source address alone: one client, one member.</summary>
    SourceAddress,
}
