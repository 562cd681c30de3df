namespace VRouter.Flow;

/// <summary>Rules that interfaces share. Key: <see cref="Id"/>.</summary>
public sealed record SecurityGroup(SecurityGroupId Id, string Name, ValueList<SecurityRule> Rules);
