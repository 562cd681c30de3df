namespace VRouter.ControlSdk.Server;

/// <summary>Gives a role to the members of a group, or to the holders of certificates with a name.</summary>
public sealed record ControlGrant(ControlRole Role, string Name);
