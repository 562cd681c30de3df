namespace VRouter.Flow;

/// <summary>What is wrong with a security group: the field by the contract's name ("rules[3].destination_ports[0].first"), and why.</summary>
public sealed record RuleProblem(string Field, string Message);
