namespace VRouter.Tests.Unit.Reference;

/// <summary>The data plane and the reference do not agree.</summary>
public sealed class DifferenceException(string message) : Exception(message);
