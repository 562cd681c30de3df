namespace VRouter.Flow;

/// <summary>The ICMP messages of one type, or of one type and code.</summary>
public readonly record struct IcmpMatch(uint Type, uint? Code = null);
